"""`python -m pytoco`: the `pytoco` command. This file is installed as `pytoco/__main__.py`."""

import sys

from .compiler.cli import main

if __name__ == "__main__":
    sys.exit(main())
