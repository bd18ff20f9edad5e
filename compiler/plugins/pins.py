"""Pins: the versions that `[pins]` of `plugins.toml` allow, `"1.4.2"` for one and `"1.4.*"` for those that begin so."""

from __future__ import annotations

import re

_VERSION = re.compile(r"[0-9]([-._+]?[a-z0-9])*", re.IGNORECASE)
_BEGINNING = re.compile(r"[0-9]+(\.[0-9]+)*\.\*")


def is_pin(text: object) -> bool:
    """Whether `text` is a version, or the beginning of one followed by `.*`."""
    return isinstance(text, str) and any(form.fullmatch(text) for form in (_VERSION, _BEGINNING))


def is_pinned(version: str, pin: str) -> bool:
    """Whether `version` is one that `pin` allows; zeros at the end do not count, as in "1.4" and "1.4.0"."""
    if pin.endswith(".*"):
        start = pin[:-2]
        return version == start or version.startswith(f"{start}.")
    return _plain(version) == _plain(pin)


def _plain(version: str) -> str:
    text = version.lower()
    while text.endswith(".0"):
        text = text[:-2]
    return text
