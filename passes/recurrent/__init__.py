"""Passes of the stage `recurrent`, one file each."""
