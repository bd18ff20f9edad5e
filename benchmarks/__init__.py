"""Benchmarks: speed, growth and memory of conversions. Run with `python -m benchmarks`; see README.md."""
