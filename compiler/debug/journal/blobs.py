"""The values of derived constants beside a journal: a zip of `.npy` files, one an array, called after its id."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import FileError, InvalidModelError
from ...ir.values import materialize

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...ir import Array


class Blobs:
    """Such a file being written; raises FileError when that is not possible."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED)
        except OSError as error:
            raise FileError(f"cannot write {path}: {error.strerror}") from error

    def add(self, array: Array) -> None:
        """Put in the value of a constant of numbers."""
        assert array.value is not None
        value = materialize(array.value)
        if value.dtype.kind != "O":
            entry = zipfile.ZipInfo(f"{array.id}.npy")
            with self._zip.open(entry, "w", force_zip64=True) as file:
                np.lib.format.write_array(file, value, allow_pickle=False)

    def close(self) -> None:
        """Finish the file."""
        self._zip.close()


def load_blob(path: Path, array_id: int) -> NDArray[Any]:
    """The value of the array of that id. Raises FileError or InvalidModelError when the file does not give it."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(f"{array_id}.npy") as file:
            value: NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
            return value
    except KeyError:
        raise InvalidModelError(f"{path} has no value of array %{array_id}") from None
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror or error}") from error
    except (zipfile.BadZipFile, ValueError) as error:
        raise InvalidModelError(f"{path} is not a file of values: {error}") from error
