"""Runs passes: stages, the worklist fixed point, matching with reasons."""

from __future__ import annotations

from .fixed_point import Runner, Statistics
from .look import Look, Why, explain
from .passes import Context, GraphPass, Pass

__all__ = ["Context", "GraphPass", "Look", "Pass", "Runner", "Statistics", "Why", "explain"]
