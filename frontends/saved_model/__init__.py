"""The SavedModel frontend: a folder with graphs, signatures and variables, of TensorFlow 1 or 2, without TensorFlow."""
