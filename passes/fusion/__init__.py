"""Passes of the stage `fusion`, one file each."""
