"""Short graphs in the text form."""


def graph(inputs: str, outputs: str, *lines: str) -> str:
    """The text of a graph `main`: typed inputs, names of outputs, one statement a line."""
    body = "\n".join(f"  {line}" for line in lines)
    return f"graph main({inputs}) -> {outputs} {{\n{body}\n}}\n"
