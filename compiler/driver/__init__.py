"""Runs passes: stages, the worklist fixed point, matching with reasons."""

from __future__ import annotations

from .explaining import Why, explain
from .fixed_point import Runner, Statistics
from .look import Look
from .passes import Context, GraphPass, Pass

__all__ = ["Context", "GraphPass", "Look", "Pass", "Runner", "Statistics", "Why", "explain"]
