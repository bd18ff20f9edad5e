"""Drawings in the Graphviz DOT language: the GRAPHVIZ_DOT output format and the dumps taken during a conversion."""
