"""Passes of the stage `fake-quant`, one file each: the ranges that were learned in training."""
