"""Passes of the stage `simplify`, one file each."""
