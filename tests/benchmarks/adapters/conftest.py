"""The two libraries, each twice: a small stand-in that is always there, and the real one."""

import importlib
import sys
from types import SimpleNamespace

import pytest

from stand_ins import implicit_stand_in, surprise_stand_in
from worlds import latest_small, make_world, world

__all__ = ["latest_small", "make_world", "world"]
BOTH = ["stand-in", "real"]


@pytest.fixture(params=BOTH)
def surprise(request, monkeypatch):
    if request.param == "real":
        return pytest.importorskip("surprise", reason="Surprise is not installed")
    module = surprise_stand_in()
    monkeypatch.setitem(sys.modules, "surprise", module)
    return module


@pytest.fixture
def real_surprise():
    return pytest.importorskip("surprise", reason="Surprise is not installed")


@pytest.fixture(params=BOTH)
def implicit(request, monkeypatch):
    """Its two kinds of model, by the names that both have."""
    if request.param == "real":
        pytest.importorskip("implicit", reason="implicit is not installed")
    else:
        for name, module in implicit_stand_in().items():
            monkeypatch.setitem(sys.modules, name, module)
    return SimpleNamespace(
        als=importlib.import_module("implicit.cpu.als"),
        neighbours=importlib.import_module("implicit.nearest_neighbours"),
    )


@pytest.fixture
def real_implicit():
    return pytest.importorskip("implicit", reason="implicit is not installed")
