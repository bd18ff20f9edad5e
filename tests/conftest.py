"""What holds for every test: faults that tests plant leave no reproducers in the system's temporary folder."""

import os

os.environ.setdefault("PYTOCO_REPRODUCERS", "off")
