"""Tests of the passes, one file each; `graphs` writes the graphs they work on."""
