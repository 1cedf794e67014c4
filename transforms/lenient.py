"""Reading records whose words are newer than ours: vocabularies are open, also to an older version of ourselves.

After a step back to an older release its memories meet words that it does not know. Taken for unreadable, an article
would be forgotten and said again from revision 1.
"""

import functools
from collections.abc import Hashable
from typing import Any, TypeVar, cast

import msgspec
from msgspec import inspect

T = TypeVar("T")
UNKNOWN = "unclear"


def decode(value: bytes, kind: type[T]) -> T:
    """JSON to a record; words that are not of a vocabulary are left out of lists, and else read as ``unclear``.

    Args:
      value: JSON.
      kind: The record's class.

    Raises:
      msgspec.DecodeError: If it is no JSON, or not of this form in another way.
    """
    try:
        return msgspec.json.decode(value, type=kind)
    except msgspec.ValidationError:
        return msgspec.convert(known(msgspec.json.decode(value), _info(cast(Hashable, kind))), kind)


def known(value: Any, info: inspect.Type) -> Any:
    """A decoded value with the words that its type knows.

    Args:
      value: As JSON decodes.
      info: The type, as `msgspec.inspect` tells it.
    """
    match info:
        case inspect.LiteralType() if isinstance(value, str):
            return value if value in info.values else _stand_in(info.values)
        case inspect.VarTupleType() | inspect.ListType() if isinstance(value, list):
            item = info.item_type
            words = item.values if isinstance(item, inspect.LiteralType) else None
            return [known(one, item) for one in value if words is None or one in words]
        case inspect.DictType() if isinstance(value, dict):
            return {key: known(one, info.value_type) for key, one in value.items()}
        case inspect.UnionType():
            fitting = next((one for one in info.types if not isinstance(one, inspect.NoneType)), None)
            return value if value is None or fitting is None else known(value, fitting)
        case inspect.StructType() if isinstance(value, dict):
            fields = {field.encode_name: field.type for field in info.fields}
            return {key: known(one, fields[key]) if key in fields else one for key, one in value.items()}
    return value


def _stand_in(words: tuple[Any, ...]) -> Any:
    """What a word of a later version is read as.

    ``unclear`` where the vocabulary has it; else the last in the alphabet, which is ``page`` and ``usable`` where
    something hangs on it: then nothing is taken back.
    """
    return UNKNOWN if UNKNOWN in words else max(words)


@functools.cache
def _info(kind: Any) -> inspect.Type:
    return inspect.type_info(kind)
