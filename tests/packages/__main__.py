"""Install pytoco's wheel and each plugin package into clean environments, and run the packages' tests and checks."""

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from .checks import TOOLS, Source, check, copied
from .environment import Environment, StepError

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
AT_ONCE = 2
GENERATED = {kind: f"pytoco-new-{kind}" for kind in ("pass", "op", "backend", "frontend")}
"""Packages by kind that `pytoco new-plugin` writes; having different names, they share an environment."""
MODELS: dict[str, tuple[str, tuple[str, ...]]] = {
    "pytoco-onnx": ("tests.packages.onnx_models", ()),
    "pytoco-from-onnx": ("tests.packages.onnx_round_trip", ("pytoco-onnx",)),
}
"""Module that tries a package on a folder of models, and the examples that it needs besides; by package."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the packages asked for; 1 when any fails."""
    options = parse(argv)
    with work_folder(options.keep) as work:
        run = Run(work, build_wheel(work), options.models, options.require)
        jobs: list[Callable[[], bool]] = [
            partial(run.example, source) for source in examples() if options.only in (None, source.name)
        ]
        kinds = [kind for kind, name in GENERATED.items() if options.only in (None, name)]
        jobs += [partial(run.generated, kinds)] if kinds else []
        with ThreadPoolExecutor(AT_ONCE) as pool:
            passed = [job.result() for job in as_completed(map(pool.submit, jobs))]
        return 0 if all(passed) else 1


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.packages", description=__doc__)
    names = [*(source.name for source in examples()), *GENERATED.values()]
    parser.add_argument("--only", metavar="NAME", choices=names, help=f"one package of {', '.join(names)}")
    parser.add_argument("--keep", metavar="DIR", type=Path, help="work in this new folder, and leave it there")
    parser.add_argument(
        "--models",
        metavar="FOLDER",
        type=Path,
        help=f"also try {' and '.join(MODELS)} on these models",
    )
    parser.add_argument("--require", metavar="NAMES", default="", help="models that must be among the converted ones")
    return parser.parse_args(argv)


def examples() -> list[Source]:
    """The example packages."""
    return [Source(path.parent.name, path.parent) for path in sorted(EXAMPLES.glob("*/pyproject.toml"))]


@contextmanager
def work_folder(kept: Path | None) -> Iterator[Path]:
    """The folder to keep, or a temporary one."""
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="pytoco-packages-") as folder:
            yield Path(folder)
    else:
        kept.mkdir(parents=True)
        yield kept.resolve()


def build_wheel(work: Path) -> Path:
    """Build pytoco's wheel; leaves the process with what was printed where that fails."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(work), str(ROOT)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout)
    (wheel,) = work.glob("*.whl")
    return wheel


class Run:
    """The jobs, one an environment; each says how it went, one line a package, and what a failure printed."""

    def __init__(self, work: Path, wheel: Path, models: Path | None, require: str) -> None:
        self.work = work
        self.wheel = wheel
        self.models = models
        self.require = require
        self._printing = threading.Lock()

    def example(self, source: Source) -> bool:
        """Install and check one example package; whether all went well."""
        started = time.monotonic()
        scratch = self.work / source.name
        try:
            environment = Environment(scratch / "venv")
            here = copied(source, scratch / source.name)
            environment.install(str(self.wheel), here.requirement, *TOOLS)
        except StepError as error:
            return self._failed(source.name, error, started)
        passed = [self._check(here, environment, scratch, started), self._models(source.name, environment)]
        return all(passed)

    def generated(self, kinds: Sequence[str]) -> bool:
        """Write, install and check a package of each kind; whether all went well."""
        started = time.monotonic()
        scratch = self.work / "generated"
        try:
            environment = Environment(scratch / "venv")
            environment.install(str(self.wheel), *TOOLS)
            for kind in kinds:
                environment.run("new-plugin", ["-m", "pytoco", "new-plugin", GENERATED[kind], "--kind", kind], scratch)
            made = [Source(GENERATED[kind], scratch / GENERATED[kind]) for kind in kinds]
            environment.install(*(source.requirement for source in made))
            self._say("pytoco new-plugin", f"{len(made):>4} packages installed", started)
        except StepError as error:
            return self._failed("new-plugin", error, started)
        passed = [self._check(source, environment, scratch, time.monotonic()) for source in made]
        return all(passed)

    def _check(self, source: Source, environment: Environment, scratch: Path, started: float) -> bool:
        try:
            counts = check(source, environment, scratch)
        except StepError as error:
            return self._failed(source.name, error, started)
        self._say(source.name, f"{counts.tests:>4} tests, {counts.files:>2} files typed", started)
        return True

    def _models(self, name: str, environment: Environment) -> bool:
        if self.models is None or name not in MODELS:
            return True
        started = time.monotonic()
        module, others = MODELS[name]
        try:
            for source in examples():
                if source.name in others:
                    here = copied(source, self.work / name / source.name)
                    environment.install(str(self.wheel), str(here.folder))
            argv: list[str | Path] = ["-m", module, self.models.resolve(), f"--require={self.require}"]
            told = environment.run("models", argv, self.work, PYTHONPATH=str(ROOT))
        except StepError as error:
            return self._failed(f"{name}: models", error, started)
        self._say(f"{name}: models", told.rstrip().rpartition("\n")[2], started, told)
        return True

    def _failed(self, name: str, error: StepError, started: float) -> bool:
        self._say(name, f"FAILED: {error.step}", started, error.log)
        return False

    def _say(self, name: str, text: str, started: float, log: str = "") -> None:
        with self._printing:
            sys.stdout.write(f"{name:<22} {text:<32} {time.monotonic() - started:6.1f} s\n")
            sys.stdout.write("".join(f"  {line}\n" for line in log.rstrip().splitlines()))
            sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
