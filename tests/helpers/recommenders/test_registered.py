"""A recommender of the package registers itself once; a learner's own class changes nothing."""

import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import helpers.recommenders
from helpers.errors import ParameterError
from helpers.recommenders import EASE, Popularity, Recommender, saving
from helpers.recommenders.base import registered

CELL = """
class {name}({base}):
    def _fit(self, train, validation):
        super()._fit(train, validation)
"""


def run_cell(name, base="Popularity"):
    """The class that a notebook's cell defines; a kernel calls its module ``__main__``."""
    names = {"__name__": "__main__", "Popularity": Popularity, "Recommender": Recommender}
    exec(CELL.format(name=name, base=base), names)
    return names[name]


def below(cls):
    """Every class that inherits from one."""
    return {one for child in cls.__subclasses__() for one in ({child} | below(child))}


def test_every_recommender_of_the_package_is_registered_once_by_its_name():
    for module in pkgutil.walk_packages(helpers.recommenders.__path__, "helpers.recommenders."):
        importlib.import_module(module.name)
    ours = [
        cls
        for cls in below(Recommender)
        if cls.__module__.startswith("helpers.recommenders.") and not inspect.isabstract(cls)
    ]
    names = [cls.__name__ for cls in ours]
    assert len(names) == len(set(names)), "two classes share a name"
    assert registered() == dict(zip(names, ours, strict=True))
    assert list(registered()) == sorted(names)


def test_what_can_only_be_inherited_from_is_left_out():
    assert not [cls for cls in registered().values() if inspect.isabstract(cls)]
    assert "Recommender" not in registered()


@pytest.mark.parametrize("name", ["Mine", "EASE", "Popularity"])
def test_a_class_of_a_notebook_pollutes_nothing_however_often_its_cell_is_run(name):
    before = registered()
    first, second = run_cell(name), run_cell(name)
    assert first is not second
    assert registered() == before
    assert registered()["EASE"] is EASE


def test_a_class_of_a_notebook_works_and_answers_as_the_one_of_the_run_before(make_world):
    world = make_world(n_users=12, n_items=10)
    ranked = [run_cell("Mine")().fit(world).rank([0, 1], 3)[0] for _run in range(2)]
    np.testing.assert_array_equal(*ranked)


def test_a_class_of_a_notebook_that_has_the_name_of_ours_is_not_saved_as_ours(make_world, tmp_path):
    world = make_world(n_users=12, n_items=10)
    run_cell("Popularity")
    theirs = run_cell("Popularity")().fit(world)
    with pytest.raises(ParameterError, match="only recommenders of this package can"):
        saving.save(theirs, tmp_path / "model.zip")
    ours = Popularity().fit(world)
    saving.save(ours, tmp_path / "model.zip")
    assert type(saving.load(tmp_path / "model.zip")) is Popularity
