"""Compiles graph.proto into graph.bin, the descriptor set that this package loads: a development tool.

Run `python frontends/graphdef/protos/compile_protos.py` after editing graph.proto (needs `grpcio-tools`).
"""

import sys
from pathlib import Path


def main() -> int:
    """Write graph.bin beside graph.proto; returns the compiler's exit code."""
    from grpc_tools import protoc  # type: ignore[import-untyped, unused-ignore]

    here = Path(__file__).resolve().parent
    arguments = [f"-I{here}", f"--descriptor_set_out={here / 'graph.bin'}", str(here / "graph.proto")]
    return int(protoc.main(["protoc", *arguments]))


if __name__ == "__main__":
    sys.exit(main())
