"""Passes of the stage `general`, one file each."""
