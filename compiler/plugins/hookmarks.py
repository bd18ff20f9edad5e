"""The two pluggy markers of the project: `hookspec` for our extension points, `hookimpl` for their implementations."""

from __future__ import annotations

import pluggy

PROJECT = "pytoco"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
