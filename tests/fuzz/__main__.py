"""`make fuzz SECONDS=600 SEED=1`: random graphs for as long as asked; a failure is shrunk and printed as a test.

The graph of a seed is always the same, so that `--seed N --graphs 1` repeats one.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

from pytoco.compiler.ir import Graph
from tests import litert

from .checking import Failure, Values, check
from .kinds import random_graph
from .shrinking import shrink, snippet


class Plan(NamedTuple):
    """How the graph of a seed is checked; the keyword arguments of `check`."""

    imported: bool
    dynamic: bool
    shuffles: tuple[int | None, ...]

    @classmethod
    def of(cls, seed: int) -> Plan:
        """Every other graph comes in as a GraphDef, some of them with unknown extents; half are shuffled, too."""
        return cls(seed % 2 == 0, seed % 8 == 4, (None, seed) if seed % 4 < 2 else (None,))


def run_one(seed: int, size: int, *, small: bool = True) -> tuple[Failure, str] | None:
    """Make and check the graph of a seed; its failure, and a test that shows it (of a `small` graph)."""
    plan = Plan.of(seed)
    maker = random_graph(seed, size, plain=plan.imported)
    graph = maker.graph
    values: Values = {a.name: maker.values[a] for a in graph.inputs}

    def test(graph: Graph, values: Values) -> Failure | None:
        return check(graph, values, **plan._asdict())

    failure = test(graph, values)
    if failure is None:
        return None
    if failure.kind == "order":  # a smaller graph needs other luck
        plan = plan._replace(shuffles=(*plan.shuffles, *range(1, 9)))
    if small:
        graph, values, failure = shrink(graph, values, failure, test)
    return failure, snippet(graph, values, failure, plan._asdict())


def seeds(first: int, graphs: int | None, seconds: float) -> Iterator[int]:
    """Seeds from `first` on, so many, or until the time is over."""
    end = time.monotonic() + seconds
    seed = first
    while seed < first + graphs if graphs is not None else time.monotonic() < end:
        yield seed
        seed += 1


def main() -> int:
    """Run; the exit code is 1 when something failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="how long (60)")
    parser.add_argument("--graphs", type=int, help="how many graphs, instead of how long")
    parser.add_argument("--seed", type=int, default=None, help="seed of the first graph; the time when left out")
    parser.add_argument("--size", type=int, default=10, help="operators a graph, about (10)")
    parser.add_argument("--keep-going", action="store_true", help="go on after a failure")
    arguments = parser.parse_args()
    first = int(time.time()) % 1_000_000 * 1000 if arguments.seed is None else arguments.seed
    _say(f"seed {first}")
    count, failed = 0, []
    for seed in seeds(first, arguments.graphs, arguments.seconds):
        count += 1
        found = run_one(seed, arguments.size)
        if found is not None:
            failed.append(seed)
            _say(f"\nseed {seed}, size {arguments.size}: {found[0].kind}\n\n{found[1]}")
            if not arguments.keep_going:
                break
    litert.close()
    _say(f"{count} graphs, {len(failed)} failed" + (f": seeds {', '.join(map(str, failed))}" if failed else ""))
    return 1 if failed else 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
