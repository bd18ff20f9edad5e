"""Compiles the .proto files into the descriptor sets that this package loads: a development tool.

Run `python frontends/graphdef/protos/compile_protos.py` after editing one of them (needs `grpcio-tools`).
"""

import sys
from pathlib import Path


def main() -> int:
    """Write a .bin beside each .proto; returns the compiler's exit code."""
    from grpc_tools import protoc  # type: ignore[import-untyped, unused-ignore]

    here = Path(__file__).resolve().parent
    codes = [
        int(protoc.main(["protoc", f"-I{here}", f"--descriptor_set_out={source.with_suffix('.bin')}", str(source)]))
        for source in sorted(here.glob("*.proto"))
    ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
