"""The built-in passes: one file a pass, named as the pass; folders are the stages, `plugins.toml` holds the order."""
