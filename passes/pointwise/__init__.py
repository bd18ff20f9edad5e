"""Passes of the stage `pointwise`, one file each."""
