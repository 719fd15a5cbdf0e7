"""Kinds: how a value of some class is taken apart and put together again, by name from a list.

A reader is given the kinds that it may make. It makes nothing else, whatever a file asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from helpers.errors import StorageError


@dataclass(frozen=True)
class Kind:
    """A class of values, and how one is taken apart and put together again.

    Attributes:
        name: what it is called in the file.
        accepts: whether a value is one.
        parts: the value as plain values, arrays, tables, or values of other kinds.
        made: the value again; what it raises is a refusal.
    """

    name: str
    accepts: Callable[[Any], bool]
    parts: Callable[[Any], Any]
    made: Callable[[Any], Any]


def of_fields(cls: type) -> Kind:
    """The kind of a class whose attributes are all there is to it.

    Of a dataclass, a file must give exactly its fields; one that an older file lacks gets its
    default.
    """

    def made(parts: dict[str, Any]) -> Any:
        if is_dataclass(cls):
            every = {field.name: field.default for field in fields(cls)}
            parts = {name: each for name, each in every.items() if each is not MISSING} | parts
            if set(parts) != set(every):
                raise StorageError(f"A {cls.__name__} has not the fields {sorted(parts)}.")
        value: Any = object.__new__(cls)
        for name, part in parts.items():
            object.__setattr__(value, check_name(cls, name), part)
        return value

    def accepts(value: Any) -> bool:
        return type(value) is cls

    return Kind(cls.__name__, accepts, vars, made)


def check_name(cls: type, name: str) -> str:
    """The name, if a stranger may give an attribute of the class that name.

    Raises:
        StorageError: it is not a name, or is one of Python's own, or that of a method.
    """
    hidden = name.startswith("__") or callable(getattr(cls, name, None))
    if not name.isidentifier() or hidden:
        raise StorageError(f"A {cls.__name__} has no attribute {name!r}.")
    return name


def _is_generator(value: Any) -> bool:
    return type(value) is np.random.Generator and type(value.bit_generator) is np.random.PCG64


def _state_of(generator: np.random.Generator) -> Any:
    return generator.bit_generator.state


def _generator(state: dict[str, Any]) -> np.random.Generator:
    generator = np.random.default_rng(0)
    generator.bit_generator.state = state
    return generator


PATH = Kind("path", lambda value: isinstance(value, Path), str, Path)
# NumPy's default generator; it continues from the same state.
GENERATOR = Kind("generator", _is_generator, _state_of, _generator)
