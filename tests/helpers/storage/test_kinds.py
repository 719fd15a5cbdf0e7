"""Kinds that a reader may be given: a generator goes on where it was, a path is a path."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.errors import StorageError
from helpers.storage import GENERATOR, PATH, Kind, from_bytes, to_bytes

KINDS = (GENERATOR, PATH)


def test_a_generator_goes_on_where_it_was():
    generator = np.random.default_rng(3)
    generator.random(5)
    back = from_bytes(to_bytes(generator, KINDS), KINDS)
    np.testing.assert_array_equal(back.random(5), generator.random(5))


def test_a_path():
    path = Path("data") / "x"
    assert from_bytes(to_bytes([path], KINDS), KINDS) == [path]


@pytest.mark.parametrize("value", [np.random.default_rng(0), Path("x")])
def test_neither_is_plain(value):
    """So neither is in a file of somebody who was not told of it."""
    with pytest.raises(StorageError, match="cannot be stored"):
        to_bytes(value)
    with pytest.raises(StorageError, match="none of the classes known"):
        from_bytes(to_bytes(value, KINDS))


def test_other_generators_are_not_stored():
    with pytest.raises(StorageError, match="A Generator cannot be stored"):
        to_bytes(np.random.Generator(np.random.MT19937(0)), KINDS)


@dataclass
class Forged:
    parts: Any


@pytest.mark.parametrize("name", ["generator", "path"])
@pytest.mark.parametrize("parts", [None, 3, {}, {"bit_generator": "PCG64", "state": 3}])
def test_forged_parts_are_refused(name, parts):
    liar = Kind(name, lambda value: isinstance(value, Forged), lambda value: value.parts, list)
    with pytest.raises(StorageError):
        from_bytes(to_bytes(Forged(parts), (liar,)), KINDS)
