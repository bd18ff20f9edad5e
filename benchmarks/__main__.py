"""Measure pytoco, and other converters beside it: `python -m benchmarks --help`."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from math import inf, isinf, isnan, nan
from pathlib import Path
from statistics import median

from . import bundle, keras_models, measure, plugins, quantization
from .models import Model, make

ROOT = Path(__file__).resolve().parent.parent
CHILD = Path(__file__).with_name("child.py")
DEMO = Model(
    "demo", ROOT / "tests/data/demo/mobilenet_v1_0.25_96.pb", ("input",), ("MobilenetV1/Predictions/Reshape_1",), 502
)
IMPORTS = "import numpy, networkx, flatbuffers, google.protobuf.message, pluggy"
SECTIONS = ("start", "growth", "models", "memory", "bundle", "keras", "quantization", "plugins")


def main(argv: Sequence[str] | None = None) -> None:
    """Run the sections that were asked for and print their tables."""
    options = parse(argv)
    with tempfile.TemporaryDirectory(prefix="pytoco-bench-") as scratch:
        bench = Bench(options, Path(scratch))
        for section in options.sections or SECTIONS:
            getattr(bench, section)()


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"which of {', '.join(SECTIONS)} (default: all)")
    parser.add_argument("--python", default=sys.executable, help="Python of the environment with pytoco [this one]")
    parser.add_argument("--peers", action="store_true", help="run the converters named by the next two flags as well")
    parser.add_argument("--toco-python", metavar="PYTHON", help="Python of an environment with TensorFlow 1.15 (TOCO)")
    parser.add_argument("--tf-python", metavar="PYTHON", help="Python of an environment with TensorFlow 2 (MLIR)")
    parser.add_argument("--peer-limit", type=float, default=60, metavar="SECONDS", help="patience with a peer [60]")
    parser.add_argument(
        "--model", nargs=3, action="append", default=[], metavar=("PATH", "INPUTS", "OUTPUTS"), help="a model of yours"
    )
    parser.add_argument("--shape", default="1,96,96,3", help="of the input, for `quantization` [1,96,96,3, the demo's]")
    parser.add_argument("--repeat", type=int, default=5, help="runs of which the median counts [5]")
    parser.add_argument("--folder", type=Path, default=ROOT / "out" / "benchmarks", help="where made models are kept")
    options = parser.parse_args(argv)
    if unknown := [section for section in options.sections if section not in SECTIONS]:
        parser.error(f"unknown section {unknown[0]}; there are {', '.join(SECTIONS)}")
    return options


class Bench:
    """The sections; each method prints one table."""

    def __init__(self, options: argparse.Namespace, scratch: Path) -> None:
        self.options = options
        self.scratch = scratch
        peers = {"toco": options.toco_python, "mlir": options.tf_python} if options.peers else {}
        self.pythons = {"pytoco": options.python} | {name: python for name, python in peers.items() if python}

    def start(self) -> None:
        """Whole processes, from start to exit."""
        python = self.options.python
        commands = {
            "python -c pass": [python, "-c", "pass"],
            f"python -c '{IMPORTS}'": [python, "-c", IMPORTS],
            "pytoco --help": [python, "-m", "pytoco", "--help"],
            "tflite_convert --help": [python, "-m", "pytoco", "tflite_convert", "--help"],
            f"convert {DEMO.path.name}": self.command(DEMO),
        }
        heading("Start-up: whole processes, median", "command", "ms")
        for name, seconds in measure.wall_times(commands, 3 * self.options.repeat).items():
            row(name, f"{seconds * 1e3:.0f}")

    def growth(self) -> None:
        """Ten times the nodes should take ten times as long."""
        heading(
            "Growth: reading and converting in process, seconds, median",
            "model",
            *self.pythons,
            "pytoco, 50k / 5k",
        )
        for shape in ("chain", "dag", "mlp"):
            small, large = make(shape, 5_000, self.options.folder), make(shape, 50_000, self.options.folder)
            before = self.in_process(small)
            after = self.in_process(large)
            row(f"{small.name} ({small.nodes} nodes)", *map(seconds_text, before.values()), "")
            ratio = f"{after['pytoco'] / before['pytoco']:.1f}"
            row(f"{large.name} ({large.nodes} nodes)", *map(seconds_text, after.values()), ratio)

    def models(self) -> None:
        """Real models: the demo and those given with --model."""
        heading("Models: reading and converting in process, seconds, median", "model", *self.pythons)
        for model in self.real_models():
            row(model.name, *map(seconds_text, self.in_process(model).values()))

    def memory(self) -> None:
        """Peak anonymous memory of whole processes, beside that of the imports alone."""
        heading("Memory: whole processes", "model", "MB read", "s", "s to copy the file", "anonymous MB at most")
        baseline = measure.run([self.options.python, "-c", IMPORTS])
        row("imports alone", "", f"{baseline.seconds:.2f}", "", mb(baseline.peak_anonymous))
        folder = self.options.folder
        for model in (*self.real_models(), make("chain", 50_000, folder), make("weights", 56, folder)):
            copied = measure.copy_time(model.path, self.scratch / "copy")
            done = measure.run(self.command(model))
            row(
                model.name,
                mb(model.path.stat().st_size),
                f"{done.seconds:.2f}",
                f"{copied:.2f}",
                mb(done.peak_anonymous),
            )

    def bundle(self) -> None:
        """A SavedModel of 1.5 GB in four shards, beside copying its variables."""
        heading("SavedModel: whole processes", "model", "MB read", "s", "s to copy the shards", "anonymous MB at most")
        model = bundle.make(14, 5120, 4, self.options.folder)
        shards = sorted((model.path / "variables").glob("*.data-*"))
        command = [
            self.options.python,
            "-m",
            "pytoco",
            "convert",
            str(model.path),
            "-o",
            str(self.scratch / "bundle.tflite"),
        ]
        runs = []
        for _ in range(self.options.repeat):
            copied = sum(measure.copy_time(shard, self.scratch / "copy") for shard in shards)
            runs.append((measure.run(command), copied))
        row(
            model.path.name,
            mb(model.size),
            f"{median(done.seconds for done, _ in runs):.2f}",
            f"{median(copied for _, copied in runs):.2f}",
            mb(max(done.peak_anonymous for done, _ in runs)),
        )

    def keras(self) -> None:
        """Keras' image models as SavedModels, each measured as pytoco / TensorFlow's converter."""
        python = self.options.tf_python
        if python is None:
            print("\nKeras: left out, for --tf-python names no environment that can make the models")
            return
        both = "pytoco / MLIR" if self.options.peers else "pytoco"
        heading(
            f"Keras: {both}; seconds of a whole process, of MLIR those of convert() alone",
            "model",
            "largest error / largest result",
            "operators",
            "bytes",
            "s",
        )
        keras = keras_models.Keras(self.options.python, python, self.options.folder / "keras")
        keras_models.table(keras, peers=self.options.peers, repeat=self.options.repeat, row=row)

    def quantization(self) -> None:
        """The last of the models, quantised in every way: errors against the float one, milliseconds in LiteRT."""
        model = self.real_models()[-1]
        columns = ("kind", "converter", "seed", "largest error", "error in norm", "ms")
        heading(f"Quantised {model.name}: errors relative to the float model, LiteRT, one thread", *columns)
        rows = quantization.measure(model, self.options.shape, self.pythons, self.options.repeat, self.scratch)
        for found in rows:
            errors = f"{found.worst:.4f}", f"{found.norm:.4f}"
            row(found.kind, found.converter, str(found.seed), *errors, f"{found.milliseconds:.2f}")

    def plugins(self) -> None:
        """Dozens of installed plugins, used or disabled: what the registry costs above the imports of those used."""
        columns = ("plugins", "passes planned", "s of imports", "s above", f"limit {plugins.LIMIT} s")
        heading(f"Start-up with {plugins.PLUGINS} plugins of {plugins.PASSES} passes, median", *columns)
        for name, found in plugins.measure(self.options.python, self.scratch, self.options.repeat).items():
            kept = "kept" if found.seconds < plugins.LIMIT else "exceeded"
            row(name, f"{found.passes:.0f}", f"{found.imports:.2f}", f"{found.seconds:.3f}", kept)

    def real_models(self) -> list[Model]:
        """Return the demo model and the user's."""
        own = [
            Model(Path(path).stem, Path(path), tuple(inputs.split(",")), tuple(outputs.split(",")), 0)
            for path, inputs, outputs in self.options.model
        ]
        return [DEMO, *own]

    def command(self, model: Model) -> list[str]:
        """Return the command line that converts a model."""
        return [
            self.options.python, "-m", "pytoco", "tflite_convert", f"--graph_def_file={model.path}",
            f"--output_file={self.scratch / model.name}.tflite", f"--input_arrays={','.join(model.inputs)}",
            f"--output_arrays={','.join(model.outputs)}",
        ]  # fmt: skip

    def in_process(self, model: Model) -> dict[str, float]:
        """Return the median seconds of each converter; NaN where a peer fails, infinity where it takes too long."""
        names = str(model.path), ",".join(model.inputs), ",".join(model.outputs)
        found: dict[str, float] = {}
        for which, python in self.pythons.items():
            own = which == "pytoco"
            command = [python, str(CHILD), which, *names, str(self.options.repeat if own else 3)]
            limit = None if own else self.options.peer_limit
            environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
            try:
                output = subprocess.run(
                    command, check=True, timeout=limit, stdout=subprocess.PIPE, env=environment,
                    stderr=None if own else subprocess.DEVNULL,
                ).stdout  # fmt: skip
            except subprocess.TimeoutExpired as late:
                output = late.stdout or b""
            except subprocess.CalledProcessError:
                if own:
                    raise
                found[which] = nan
                continue
            lines = output.splitlines()
            found[which] = median(json.loads(lines[-1])["seconds"]) if lines else inf
        return found


def heading(title: str, *columns: str) -> None:
    """Print the start of a Markdown table."""
    print(f"\n{title}\n")
    row(*columns)
    row(*["---"] * len(columns))


def row(*cells: str) -> None:
    """Print a row of a Markdown table."""
    print(f"| {' | '.join(cells)} |", flush=True)


def seconds_text(seconds: float) -> str:
    """Return seconds with three digits, or what became of them instead."""
    return "failed" if isnan(seconds) else "too long" if isinf(seconds) else f"{seconds:.3g}"


def mb(size: int) -> str:
    """Return bytes as whole megabytes."""
    return f"{size / 1e6:.0f}"


if __name__ == "__main__":
    main()
