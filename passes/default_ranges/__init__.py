"""Passes of the stage `default-ranges`, one file each."""
