"""What plugins cost before anything is converted."""

import subprocess
import sys
import time

from .conftest import Site, passes_plugin

HEAVY = ("google.protobuf", "flatbuffers", "networkx", "numpy")


def test_the_registry_and_its_built_in_plugins_import_nothing_heavy(site: Site) -> None:
    code = (
        "import sys\nfrom pytoco.compiler.plugins.registry import open_registry\n"
        "r = open_registry()\nr.pipeline('tflite'), r.frontends(), r.backend_for('TFLITE')\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules],"
        " [m for m in sys.modules if m.startswith(('pytoco.passes.', 'pytoco.frontends.', 'pytoco.backends.'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=site.project)
    plugins = [f"pytoco.{folder}.plugin" for folder in ("passes", "frontends", "backends")]
    assert done.stdout.strip() == f"[] {plugins}"


def test_fifty_plugins_of_ten_passes_cost_little_above_their_imports(site: Site) -> None:
    modules = []
    for number in range(50):
        names = [f"pass-{number}-{letter}" for letter in "abcdefghij"]
        modules.append(site.install(f"plugin{number}", passes_plugin(*names, after=(f"pass-{(number + 7) % 50}-k",))))
    start = time.perf_counter()
    for module in modules:
        __import__(module)
    imports = time.perf_counter() - start
    start = time.perf_counter()
    stages = dict(site.registry().pipeline("tflite"))
    registry = time.perf_counter() - start
    assert len([ref for ref in stages["general"] if ref.name.startswith("pass-")]) == 500
    assert registry < 0.3, f"{registry:.3f} s above {imports:.3f} s of imports"
