"""TFLite's schema as data: `tflite.fbs`, and the tables made from it."""
