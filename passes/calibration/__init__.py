"""Passes of the stage `calibration`, one file each: ranges that are learned from samples."""
