"""Passes of the stage `clean-up`, one file each."""
