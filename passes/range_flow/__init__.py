"""Passes of the stage `range-flow`, one file each: ranges that follow from other ranges."""
