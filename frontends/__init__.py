"""Readers of model formats: each sub-package turns one family of files into the intermediate representation."""
