"""CRC-32C against published values, and the numpy way against itself cut in two."""

from __future__ import annotations

import numpy as np
import pytest

from pytoco.frontends.saved_model import crc


@pytest.fixture(params=["numpy", "wheel"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the google-crc32c wheel, and with one (or, where there is none, what looks like it)."""
    wheel = crc._wheel()
    if request.param == "numpy":
        monkeypatch.setattr(crc, "_wheel", lambda: None)
    elif wheel is None:
        monkeypatch.setattr(crc, "_wheel", lambda: _Wheel)


class _Wheel:
    """The wheel's interface upon a bit by bit CRC."""

    @staticmethod
    def extend(value: int, data: object) -> int:
        assert type(data) is bytes  # the wheel refuses buffers
        value ^= 0xFFFFFFFF
        for byte in data:
            value ^= byte
            for _ in range(8):
                value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        return value ^ 0xFFFFFFFF


# RFC 3720, appendix B.4, and the check value of the CRC catalogue.
PUBLISHED = {
    b"123456789": 0xE3069283,
    bytes(32): 0x8A9136AA,
    b"\xff" * 32: 0x62A8AB43,
    bytes(range(32)): 0x46DD794E,
    bytes(range(31, -1, -1)): 0x113FDB5C,
    b"": 0,
}


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("data", PUBLISHED, ids=repr)
def test_published_values(data: bytes) -> None:
    assert crc.crc32c(data) == PUBLISHED[data]


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("size", [1, 3, 4, 5, 255, 256, 257, 4099])
def test_any_length_goes_on_from_what_came_before(size: int) -> None:
    data = np.random.default_rng(size).integers(0, 256, size, np.uint8).tobytes()
    assert crc.crc32c(data) == _Wheel.extend(0, data)
    for cut in {1, size // 2, size - 1}:
        assert crc.crc32c(memoryview(data)[cut:], crc.crc32c(data[:cut])) == crc.crc32c(data)


def test_more_than_one_piece_is_one_checksum(monkeypatch: pytest.MonkeyPatch) -> None:
    data = np.random.default_rng(0).integers(0, 256, 3000, np.uint8).tobytes()
    whole = _Wheel.extend(0, data)
    monkeypatch.setattr(crc, "_wheel", lambda: None)
    monkeypatch.setattr(crc, "_PIECE", 1024)
    assert crc.crc32c(data) == whole


def test_stored_checksums_are_masked() -> None:
    # LevelDB's crc32c.h: rotated right by 15 bits, plus 0xa282ead8.
    assert crc.masked(0) == 0xA282EAD8
    assert crc.masked(0xE3069283) == ((0xE3069283 >> 15 | 0xE3069283 << 17 & 0xFFFFFFFF) + 0xA282EAD8) % (1 << 32)
