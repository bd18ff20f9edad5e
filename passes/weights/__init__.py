"""Passes of the stage `weights`, one file each: constants in fewer bits, computing in float."""
