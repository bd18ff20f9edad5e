"""CRC-32C, the checksum of TensorFlow's bundles: by the google-crc32c wheel where it is installed, else by numpy.

The Castagnoli polynomial of RFC 3720, reflected. Running the register over zero bytes is linear over GF(2), hence a
table look-up for each half of the register. The numpy way runs 256-byte lanes side by side, four bytes a step, and
joins neighbours by running the left one's register over as many zeros as the right one has bytes.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL = 0x82F63B78
_LANE = 256
_PIECE = 1 << 20
_ONES = 0xFFFFFFFF
_MASK_DELTA = 0xA282EAD8

_Register = NDArray[np.uint32]


def crc32c(data: Any, crc: int = 0) -> int:
    """The checksum of `data` (bytes or a contiguous buffer), going on from that of what came before it."""
    octets = np.frombuffer(data, np.uint8)
    wheel = _wheel()
    for start in range(0, len(octets), _PIECE):
        piece = octets[start : start + _PIECE]
        if wheel is not None:
            crc = int(wheel.extend(crc, piece.tobytes()))  # it takes nothing but bytes
        else:
            crc = _run(crc ^ _ONES, piece) ^ _ONES
    return crc


def masked(crc: int) -> int:
    """The checksum as bundles store it: rotated and shifted, so that a checksum of checksums is not degenerate."""
    return ((crc >> 15 | crc << 17) + _MASK_DELTA) & _ONES


def is_fast() -> bool:
    """Whether the wheel is there, so that checking data costs next to nothing."""
    return _wheel() is not None


@cache
def _wheel() -> Any:
    try:
        import google_crc32c  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    return google_crc32c if google_crc32c.implementation == "c" else None


def _run(register: int, octets: NDArray[np.uint8]) -> int:
    """The register after up to `_PIECE` bytes."""
    size = len(octets)
    if size < 4:
        for octet in octets.tolist():
            register = register >> 8 ^ int(_zeros(1)[0][(register ^ octet) & 0xFF])
        return register
    # Zeros in front change nothing while the register is 0; the first four bytes bring in what it really was.
    lanes = 1 << (-(-size // _LANE) - 1).bit_length()
    padded = np.zeros(lanes * _LANE, np.uint8)
    padded[-size:] = octets
    padded[len(padded) - size :][:4] ^= np.frombuffer(register.to_bytes(4, "little"), np.uint8)
    words = np.ascontiguousarray(padded.view("<u4").reshape(lanes, _LANE // 4).T, np.uint32)
    found = np.zeros(lanes, np.uint32)
    for row in words:
        found = _applied(4, found ^ row)
    width = _LANE
    while len(found) > 1:
        found = _applied(width, found[0::2]) ^ found[1::2]
        width *= 2
    return int(found[0])


def _applied(count: int, register: _Register) -> _Register:
    """The registers after `count` zero bytes."""
    low, high = _zeros(count)
    found: _Register = low[register & 0xFFFF] ^ high[register >> 16]
    return found


@cache
def _zeros(count: int) -> tuple[_Register, _Register]:
    """What `count` (a power of two) zero bytes make of the register's lower and upper 16 bits."""
    bits = np.uint32(1) << np.arange(32, dtype=np.uint32)
    if count == 1:
        for _ in range(8):
            bits = np.where(bits & 1, bits >> 1 ^ np.uint32(_POLYNOMIAL), bits >> 1).astype(np.uint32)
    else:
        bits = _applied(count // 2, _applied(count // 2, bits))
    return _spanned(bits[:16]), _spanned(bits[16:])


def _spanned(columns: _Register) -> _Register:
    """The images of all 65,536 bit patterns, from those of the 16 bits."""
    images = np.zeros(1, np.uint32)
    for column in columns:
        images = np.concatenate([images, images ^ column])
    return images
