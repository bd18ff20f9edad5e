"""The graph as networkx sees it, and what the index relies on in networkx itself."""

from typing import Any

import networkx as nx
import numpy as np
import pytest

from pytoco.compiler.ir.text import parse
from tests.ir.random_graphs import empty

DIAMOND = """
graph main(x: float32[2]) -> y {
  a: float32[2] = Abs(x)
  b: float32[2] = Neg(a)
  c: float32[2] = Exp(a)
  y: float32[2] = Add(b, c)
}
"""


def test_networkx_keeps_its_links_where_the_index_writes_them() -> None:
    """The layout that the fast paths rely on; a networkx that changes it fails here, not somewhere in a conversion."""
    graph: Any = nx.DiGraph()
    graph.add_edge("u", "v")
    assert graph._succ == {"u": {"v": {}}, "v": {}}
    assert graph._pred == {"u": {}, "v": {"u": {}}}
    assert graph._node == {"u": {}, "v": {}}
    assert graph._adj is graph._succ
    assert type(graph._succ) is type(graph._pred) is type(graph._node) is dict
    for links in (graph._succ, graph._pred):
        assert all(type(inner) is dict for inner in links.values())


def test_a_graph_built_by_the_index_is_what_networkx_would_have_built() -> None:
    view: Any = parse(DIAMOND).main.view
    built: Any = nx.DiGraph()
    built.add_nodes_from(view.nodes)
    built.add_edges_from(view.edges)
    assert (built._succ, built._pred) == (view._succ, view._pred)
    assert set(built._node) == set(view._node)
    assert view.number_of_edges() == 9
    assert len(view) == 9
    assert nx.utils.graphs_equal(built, nx.DiGraph(view))


def test_networkx_algorithms_work_on_the_view() -> None:
    graph = parse(DIAMOND).main
    view: Any = graph.view
    (x,), (y,) = graph.inputs, graph.outputs
    assert nx.is_directed_acyclic_graph(view)
    assert [
        n for n in nx.lexicographical_topological_sort(view, key=lambda n: n.id) if n in graph.ops()
    ] == graph.order()
    assert nx.shortest_path_length(view, x, y) == 6
    assert len(list(nx.all_simple_paths(view, x, y))) == 2
    assert nx.ancestors(view, y) | {y} == set(view)
    assert nx.number_weakly_connected_components(view) == 1
    assert nx.dag_longest_path_length(view) == 6
    assert nx.immediate_dominators(view, x)[y] is graph.producer(y)
    assert view.reverse().has_edge(y, graph.producer(y))
    assert nx.is_connected(view.to_undirected())
    assert nx.diameter(view.to_undirected()) == 6


def test_the_view_is_live() -> None:
    graph = empty()
    view = graph.view
    before = view.number_of_nodes()
    op = graph.emit("Mul", [graph.inputs[0], graph.constant(np.float32(2), "two")])
    assert view.number_of_nodes() == before + 3
    assert list(view.predecessors(op)) == list(op.inputs)
    graph.remove(op)
    assert view.number_of_nodes() == before


def test_the_view_cannot_be_changed() -> None:
    graph = empty()
    view: Any = graph.view
    (x,), op = graph.inputs, graph.ops()[0]
    with pytest.raises(nx.NetworkXError, match="Frozen"):
        view.add_node("new")
    with pytest.raises(nx.NetworkXError, match="Frozen"):
        view.remove_node(x)
    with pytest.raises(nx.NetworkXError, match="Frozen"):
        view.add_edge(op, x)
    with pytest.raises(nx.NetworkXError, match="Frozen"):
        view.clear()
    with pytest.raises(TypeError):
        view.nodes[x]["mark"] = 1
    with pytest.raises(TypeError):
        view.edges[x, op]["mark"] = 1
