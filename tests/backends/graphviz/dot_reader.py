"""Reads the DOT language strictly, as its grammar on graphviz.org has it, and shows texts as Graphviz would."""

import html
import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"""\s*(?: (?P<quoted>"(?:[^"\\]|\\.)*") | (?P<word>[A-Za-z_][A-Za-z0-9_]*|-?\d+(?:\.\d+)?)
        | (?P<mark>->|[{}\[\];,=]) )""",
    re.VERBOSE | re.DOTALL,
)


class Dot(NamedTuple):
    """A drawing: name, graph attributes, nodes by id in order, edges (tail, head, attributes), ids by cluster."""

    name: str
    attributes: dict[str, str]
    nodes: dict[str, dict[str, str]]
    edges: list[tuple[str, str, dict[str, str]]]
    clusters: dict[str, list[str]]

    def node(self, name: str) -> dict[str, str]:
        """The one array node with that name in its tooltip."""
        (found,) = [key for key in self.nodes if key.startswith("a") and shown(self.nodes[key]["tooltip"]) == [name]]
        return self.nodes[found] | {"id": found}

    def op(self, kind: str) -> dict[str, str]:
        """The one operator node with that first line."""
        (found,) = [key for key in self.nodes if key.startswith("op") and shown(self.nodes[key]["label"])[0] == kind]
        return self.nodes[found] | {"id": found}


def shown(text: str) -> list[str]:
    """The lines that Graphviz draws for the inside of a quoted label: its escapes and HTML entities resolved."""
    lines = [""]
    for part in re.findall(r"\\.|[^\\]+", text, re.DOTALL):
        if part == "\\n":
            lines.append("")
        elif part.startswith("\\"):
            assert part[1] in '\\"', f"{part} stands for something of the graph"
            lines[-1] += part[1]
        else:
            lines[-1] += part
    return [html.unescape(line) for line in lines]


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        at = 0
        text = text.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise ValueError(f"no DOT at {text[at : at + 40]!r}")
            kind = found.lastgroup or ""
            self.tokens.append((kind, found[kind]))
            at = found.end()
        self.at = 0
        self.dot = Dot("", {}, {}, [], {})

    def peek(self, ahead: int = 0) -> str:
        return self.tokens[self.at + ahead][1] if self.at + ahead < len(self.tokens) else ""

    def take(self, text: str) -> None:
        if self.peek() != text:
            raise ValueError(f"{text!r} expected, not {self.peek()!r}")
        self.at += 1

    def name(self) -> str:
        kind, text = self.tokens[self.at]
        if kind == "mark":
            raise ValueError(f"a name expected, not {text!r}")
        self.at += 1
        return text[1:-1] if kind == "quoted" else text

    def attributes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        if self.peek() == "[":
            self.take("[")
            while self.peek() != "]":
                name = self.name()
                self.take("=")
                if name in found:
                    raise ValueError(f"{name} twice")
                found[name] = self.name()
                if self.peek() == ",":
                    self.take(",")
            self.take("]")
        return found

    def statements(self, inside: dict[str, str]) -> list[str]:
        own: list[str] = []
        self.take("{")
        while self.peek() != "}":
            if self.peek() == "subgraph":
                self.take("subgraph")
                self.name()
                attributes: dict[str, str] = {}
                nodes = self.statements(attributes)
                self.dot.clusters[attributes["label"]] = nodes
                continue
            name = self.name()
            if self.peek() == "=":
                self.take("=")
                inside[name] = self.name()
            elif self.peek() == "->":
                self.take("->")
                head = self.name()
                self.dot.edges.append((name, head, self.attributes()))
            else:
                if name in self.dot.nodes:
                    raise ValueError(f"node {name} twice")
                self.dot.nodes[name] = self.attributes()
                own.append(name)
            self.take(";")
        self.take("}")
        return own


def read_dot(data: bytes) -> Dot:
    """The drawing in `data`; ValueError where the grammar, or an edge without its nodes, forbids it."""
    reader = _Reader(data.decode("utf-8"))
    reader.take("digraph")
    name = reader.name()
    reader.statements(reader.dot.attributes)
    if reader.at != len(reader.tokens):
        raise ValueError(f"more after the end: {reader.peek()!r}")
    for tail, head, _ in reader.dot.edges:
        if tail not in reader.dot.nodes or head not in reader.dot.nodes:
            raise ValueError(f"edge {tail} -> {head} has an end that is nowhere drawn")
    return reader.dot._replace(name=name)
