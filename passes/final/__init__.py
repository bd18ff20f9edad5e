"""Passes of the stage `final`, one file each."""
