"""The pass-manager framework: IR, driver, operator definitions, plugins. It knows no TensorFlow and no TFLite."""
