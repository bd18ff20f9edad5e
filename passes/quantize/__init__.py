"""Passes of the stage `quantize`, one file each."""
