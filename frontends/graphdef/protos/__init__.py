"""TensorFlow's graph messages without TensorFlow: classes made from graph.bin in a private descriptor pool.

The pool is private because a second registration of `package tensorflow` in protobuf's default pool would make
`import tensorflow` fail in the same process. There is no generated code, hence no check of its version against
protobuf's.
The classes are attributes of this module (`protos.NodeDef`), made on first use.
"""

from pathlib import Path
from typing import Any

_classes: dict[str, Any] = {}


def _load() -> None:
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    files = descriptor_pb2.FileDescriptorSet.FromString(Path(__file__).with_name("graph.bin").read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.AddSerializedFile(file.SerializeToString())
    make = getattr(message_factory, "GetMessageClass", None)  # protobuf 4.22 and later
    if make is None:
        make = message_factory.MessageFactory(pool).GetPrototype  # type: ignore[attr-defined]
    for file in files.file:
        for message in file.message_type:
            _classes[message.name] = make(pool.FindMessageTypeByName(f"{file.package}.{message.name}"))
        for enum in file.enum_type:
            _classes[enum.name] = pool.FindEnumTypeByName(f"{file.package}.{enum.name}")


def __getattr__(name: str) -> Any:
    """A message class (`NodeDef`, `GraphDef`, ...) or the `DataType` enum's descriptor.

    Raises AttributeError for names that graph.proto does not define.
    """
    if not _classes and not name.startswith("__"):
        _load()
    try:
        value = _classes[name]
    except KeyError:
        raise AttributeError(f"graph.proto defines no {name}") from None
    globals()[name] = value
    return value
