"""Input models for the benchmarks, written node by node with pytoco's own GraphDef messages; no TensorFlow needed.

Each shape stresses one thing: `chain` is long, `dag` has arrays with many readers and concatenations, `mlp` has batch
normalisations to fold, `weights` is 1.5 GB of matrices that must be transposed. Weights are random, from fixed seeds.
"""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from pytoco.frontends.graphdef import protos

DT_FLOAT, DT_INT32 = 1, 3


class Model(NamedTuple):
    """A frozen GraphDef on disk, and the names of what goes in and comes out."""

    name: str
    path: Path
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    nodes: int


class GraphWriter:
    """Writes a GraphDef to a file one NodeDef at a time, so that a model may be larger than memory."""

    def __init__(self, file: BinaryIO, seed: int) -> None:
        self.file = file
        self.random = np.random.default_rng(seed)
        self.nodes = 0

    def node(self, op: str, name: str, *inputs: str, **attrs: object) -> str:
        """Write one node and return its name; `N` is a number, other int attributes are types."""
        message = protos.NodeDef(name=name, op=op, input=inputs)
        message.attr["T"].type = DT_FLOAT
        for key, value in attrs.items():
            if key == "N":
                message.attr[key].i = value
            elif isinstance(value, bool):
                message.attr[key].b = value
            elif isinstance(value, int):
                message.attr[key].type = value
            elif isinstance(value, bytes):
                message.attr[key].s = value
            elif isinstance(value, list):
                message.attr[key].list.i.extend(value)
        self._write(message)
        return name

    def placeholder(self, name: str, *shape: int) -> str:
        """Write a float32 Placeholder."""
        message = protos.NodeDef(name=name, op="Placeholder")
        message.attr["dtype"].type = DT_FLOAT
        for size in shape:
            message.attr["shape"].shape.dim.add(size=size)
        self._write(message)
        return name

    def const(self, name: str, value: np.ndarray) -> str:
        """Write a Const, float32 or int32."""
        message = protos.NodeDef(name=name, op="Const")
        dtype = DT_FLOAT if value.dtype == np.float32 else DT_INT32
        message.attr["dtype"].type = dtype
        tensor = message.attr["value"].tensor
        tensor.dtype = dtype
        for size in value.shape:
            tensor.tensor_shape.dim.add(size=size)
        tensor.tensor_content = value.tobytes()
        self._write(message)
        return name

    def variable(self, name: str, value: np.ndarray) -> str:
        """Write a frozen variable: a Const and the Identity that read it."""
        return self.node("Identity", f"{name}/read", self.const(name, value.astype(np.float32)))

    def normal(self, *shape: int) -> np.ndarray:
        """Return random weights that keep magnitudes: deviation 1 / sqrt(product of all but the last dimension)."""
        scale = np.float32(np.prod(shape[:-1], dtype=np.float64) ** -0.5)
        return self.random.standard_normal(shape, np.float32) * scale

    def conv(self, name: str, x: str, inputs: int, outputs: int) -> str:
        """Write a 3 x 3 convolution with bias and Relu6: seven nodes."""
        kernel = self.variable(f"{name}/weights", self.normal(3, 3, inputs, outputs))
        y = self.node("Conv2D", f"{name}/Conv2D", x, kernel, strides=[1, 1, 1, 1], padding=b"SAME", data_format=b"NHWC")
        y = self.node("BiasAdd", f"{name}/BiasAdd", y, self.variable(f"{name}/biases", self.normal(outputs)))
        return self.node("Relu6", f"{name}/Relu6", y)

    def _write(self, message: object) -> None:
        body: bytes = message.SerializeToString(deterministic=True)  # type: ignore[attr-defined]
        length, varint = len(body), bytearray()
        while length > 127:
            varint.append(length & 127 | 128)
            length >>= 7
        varint.append(length)
        self.file.write(b"\x0a" + varint)  # field 1 of GraphDef, length-delimited
        self.file.write(body)
        self.nodes += 1


def chain(graph: GraphWriter, nodes: int) -> str:
    """One convolution after another."""
    x = graph.placeholder("input", 1, 8, 8, 4)
    while graph.nodes + 7 <= nodes:
        x = graph.conv(f"layer_{graph.nodes}", x, 4, 4)
    return x


def dag(graph: GraphWriter, nodes: int) -> str:
    """Blocks of three branches that are concatenated, with a residual sum round each block."""
    x = graph.placeholder("input", 1, 8, 8, 8)
    axis = graph.const("axis", np.array(3, np.int32))
    while graph.nodes + 30 <= nodes:
        block = f"block_{graph.nodes}"
        branches = [graph.conv(f"{block}/branch_{i}", x, 8, depth) for i, depth in enumerate((2, 4, 2))]
        joined = graph.node("ConcatV2", f"{block}/concat", *branches, axis, N=3, Tidx=DT_INT32)
        narrow = graph.conv(f"{block}/project", joined, 8, 8)
        x = graph.node("AddV2", f"{block}/sum", x, narrow)
    return x


def mlp(graph: GraphWriter, nodes: int) -> str:
    """Dense layers, each with an inference-mode batch normalisation written out in elementary operations."""
    units = 16
    x = graph.placeholder("input", 1, units)
    while graph.nodes + 23 <= nodes:
        layer = f"layer_{graph.nodes}"
        w = graph.variable(f"{layer}/kernel", graph.normal(units, units))
        y = graph.node("MatMul", f"{layer}/MatMul", x, w, transpose_a=False, transpose_b=False)
        y = graph.node("BiasAdd", f"{layer}/BiasAdd", y, graph.variable(f"{layer}/bias", graph.normal(units)))
        norm = f"{layer}/batchnorm"
        variance = graph.variable(f"{norm}/moving_variance", graph.random.uniform(0.5, 1.5, units))
        epsilon = graph.const(f"{norm}/epsilon", np.array(1e-3, np.float32))
        deviation = graph.node("Rsqrt", f"{norm}/Rsqrt", graph.node("AddV2", f"{norm}/add", variance, epsilon))
        gamma = graph.variable(f"{norm}/gamma", graph.random.uniform(0.8, 1.2, units))
        scale = graph.node("Mul", f"{norm}/mul", deviation, gamma)
        mean = graph.variable(f"{norm}/moving_mean", graph.normal(units))
        shift = graph.node("Mul", f"{norm}/mul_2", mean, scale)
        beta = graph.variable(f"{norm}/beta", graph.normal(units))
        offset = graph.node("Sub", f"{norm}/sub", beta, shift)
        y = graph.node("AddV2", f"{norm}/add_1", graph.node("Mul", f"{norm}/mul_1", y, scale), offset)
        x = graph.node("Relu", f"{layer}/Relu", y)
    return x


def weights(graph: GraphWriter, nodes: int) -> str:
    """Dense layers with matrices of 100 MB (5120 x 5120 float32), stored the other way round than TFLite wants them."""
    units = 5120
    x = graph.placeholder("input", 1, units)
    for i in range(nodes // 4):
        w = graph.variable(f"layer_{i}/kernel", graph.normal(units, units))
        y = graph.node("MatMul", f"layer_{i}/MatMul", x, w, transpose_a=False, transpose_b=False)
        x = graph.node("Relu", f"layer_{i}/Relu", y)
    return x


SHAPES: dict[str, Callable[[GraphWriter, int], str]] = {"chain": chain, "dag": dag, "mlp": mlp, "weights": weights}


def make(shape: str, nodes: int, folder: Path) -> Model:
    """Return the model of a shape with about `nodes` nodes; it is written to `folder` unless it is there already."""
    name = f"{shape}_{nodes}"
    path, facts = folder / f"{name}.pb", folder / f"{name}.txt"
    if not facts.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            graph = GraphWriter(file, seed=nodes)
            output = SHAPES[shape](graph, nodes)
        facts.write_text(f"{output} {graph.nodes}")
    output, count = facts.read_text().split()
    return Model(name, path, ("input",), (output,), int(count))
