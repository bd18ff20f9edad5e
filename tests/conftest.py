"""What holds for every test: faults that tests plant leave no reproducers behind, and no example is timed."""

import os

from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault
settings.load_profile("untimed")

os.environ.setdefault("PYTOCO_REPRODUCERS", "off")
