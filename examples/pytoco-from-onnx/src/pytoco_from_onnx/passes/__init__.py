"""Passes that move what an ONNX model's channels-second images leave over; they touch models from ONNX only."""
