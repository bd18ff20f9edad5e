"""A pytoco plugin for one operator: softshrink, which TensorFlow Addons has and TensorFlow Lite has not."""
