"""Nodes of TensorFlow graphs in the text format of GraphDef."""


def attribute(key: str, value: str) -> str:
    """One attribute; `value` as the text format has it, `f: 1` for example."""
    return f'attr {{ key: "{key}" value {{ {value} }} }}'


def node(name: str, op: str, *inputs: str, **attributes: str) -> str:
    """A node; `T` is float unless said otherwise."""
    read = "".join(f' input: "{source}"' for source in inputs)
    fields = " ".join(attribute(key, value) for key, value in {"T": "type: DT_FLOAT", **attributes}.items())
    return f'node {{ name: "{name}" op: "{op}"{read} {fields} }}\n'


def placeholder(name: str, *shape: int, dtype: str = "DT_FLOAT") -> str:
    """An input."""
    sizes = " ".join(f"dim {{ size: {size} }}" for size in shape)
    return node(name, "Placeholder", dtype=f"type: {dtype}", shape=f"shape {{ {sizes} }}")


def const(name: str, value: str, *shape: int, dtype: str = "DT_FLOAT") -> str:
    """A constant; `value` as the text format has it, `float_val: 1` for example."""
    sizes = " ".join(f"dim {{ size: {size} }}" for size in shape)
    tensor = f"tensor {{ dtype: {dtype} tensor_shape {{ {sizes} }} {value} }}"
    return node(name, "Const", dtype=f"type: {dtype}", value=tensor)
