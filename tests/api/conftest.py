"""Tests with live TensorFlow objects are there only where TensorFlow is."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("tensorflow") else ["test_session.py", "test_live.py"]
