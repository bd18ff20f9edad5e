"""Makes the package's operator known to graphs as text, and writes models of TensorFlow."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytoco.compiler import register_op

from pytoco_cleanup.conv_hard_swish import ConvHardSwish

register_op(ConvHardSwish)  # conversions do so themselves; tests with graphs as text need it

Writer = Callable[..., Path]


@pytest.fixture
def write_model(tmp_path: Path) -> Writer:
    """Write nodes as `model.pbtxt`."""

    def write(*nodes: str) -> Path:
        path = tmp_path / "model.pbtxt"
        path.write_text("".join(nodes) + "versions { producer: 1087 }\n")
        return path

    return write
