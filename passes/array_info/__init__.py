"""Passes of the stage `array-info`, one file each: what the caller knows about arrays, while they have their names."""
