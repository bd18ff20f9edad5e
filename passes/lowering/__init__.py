"""Passes of the stage `lowering`, one file each."""
