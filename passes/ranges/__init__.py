"""Passes of the stage `ranges`, one file each: the ranges that the caller gives."""
