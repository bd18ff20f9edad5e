"""Passes of the stage `affine`, one file each."""
