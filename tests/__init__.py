"""The tests, mirroring the four source folders; `tests.litert` runs a converted model."""
