"""Passes of the stage `boundary`, one file each: what callers get."""
