"""The TFLite backend: operator tables, the streaming writer, and the reader that checks what was written."""
