"""TensorFlow's messages without TensorFlow: classes made from descriptor sets in a private descriptor pool.

The pool is private because a second registration of `package tensorflow` in protobuf's default pool would make
`import tensorflow` fail in the same process. There is no generated code, hence no check of its version against
protobuf's.
The classes are attributes of this module (`protos.NodeDef`), made on first use: those of graph.bin at once, those of
saved_model.bin when one of them is asked for.
"""

from functools import cache
from pathlib import Path
from typing import Any

from ..wire import fields

_not_loaded = ["graph.bin", "saved_model.bin"]  # each may refer to those before it
_classes: dict[str, Any] = {}


@cache
def _private_pool() -> Any:
    from google.protobuf import descriptor_pool

    return descriptor_pool.DescriptorPool()


def _load(name: str) -> None:
    from google.protobuf import message_factory

    pool = _private_pool()
    make = getattr(message_factory, "GetMessageClass", None)  # protobuf 4.22 and later
    if make is None:
        make = message_factory.MessageFactory(pool).GetPrototype  # type: ignore[attr-defined]
    data = Path(__file__).with_name(name).read_bytes()
    for field in fields(data, 0, len(data)):  # FileDescriptorSet.file; protobuf's own class for it is slow to import
        file = pool.AddSerializedFile(data[field.start : field.end])
        for message in file.message_types_by_name.values():
            _classes[message.name] = make(message)
        _classes.update(file.enum_types_by_name)


def __getattr__(name: str) -> Any:
    """A message class (`NodeDef`, `SavedModel`, ...) or the `DataType` enum's descriptor.

    Raises AttributeError for names that none of the .proto files defines.
    """
    while name not in _classes:
        if name.startswith("__") or not _not_loaded:
            raise AttributeError(f"graph.proto and saved_model.proto define no {name}")
        _load(_not_loaded.pop(0))
    value = _classes[name]
    globals()[name] = value
    return value
