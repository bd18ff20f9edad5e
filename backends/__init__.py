"""Backends: what a finished graph can be written as."""
