"""Each recommender and each Keras model of ``helpers`` can be saved, and can be graded.

What is written here is read in another process. A recommender, an architecture, a layer or a loss
that is added without entering itself where both look is found here.
"""

import ast
import importlib
import inspect
import json
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import crossing
import numpy as np
import pytest

import helpers
from course.grading.child import state
from helpers import storage
from helpers.errors import ParameterError, StorageError
from helpers.interactions import Interactions
from helpers.recommenders import EASE, ContentProfiles, HandMade, Popularity, save
from helpers.recommenders.base import registered
from helpers.recommenders.keras.own import layers
from helpers.recommenders.saving import KINDS
from helpers.simulation import simulate

PATIENCE = 300
ROUTES = ("saved", "state")
# What each hybrid is made of; all others are made with their defaults.
HYBRIDS = {
    "SwitchingHybrid": lambda: (EASE(), Popularity()),
    "WeightedHybrid": lambda: (EASE(), ContentProfiles()),
}
# An argument of each name that an architecture takes, so that every layer is in some model.
ARGUMENTS = {
    **{"n_users": 5, "n_items": 6, "dim": 4, "mean": 3.5, "candidates": 3, "hidden": (4,)},
    **{"user_features": np.ones((5, 2)), "item_features": np.ones((6, 3))},
    **{"l2": 0.1, "l2_factors": 0.1, "l2_biases": 0.1, "dropout": 0.5, "id_dropout": 0.5},
    "normalize": True,
}
# What takes a model takes one of another architecture.
MODEL_OF = {"in_batch_model": "two_tower_model", "among_candidates": "neumf_model"}


def architectures():
    """Every public function of the package that returns a Keras model, by its name."""
    found = {}
    for info in pkgutil.walk_packages(helpers.__path__, "helpers."):
        module = importlib.import_module(info.name)
        for name, each in inspect.getmembers(module, inspect.isfunction):
            is_model = inspect.signature(each).return_annotation == "keras.Model"
            if is_model and each.__module__ == info.name and not name.startswith("_"):
                found[name] = each
    return found


ARCHITECTURES = architectures()
SAVED = sorted(name for name, cls in registered().items() if not cls.not_saved_because)
NAMES = [*SAVED, *ARCHITECTURES]


def model_of(name):
    """A small model with all that the architecture can have."""
    architecture, arguments = ARCHITECTURES[name], {}
    for parameter in inspect.signature(architecture).parameters:
        is_model = parameter == "model"
        arguments[parameter] = model_of(MODEL_OF[name]) if is_model else ARGUMENTS[parameter]
    return architecture(**arguments)


def fitted(name, train):
    cls = registered()[name]
    recommender = cls(*HYBRIDS.get(name, tuple)())
    if hasattr(recommender, "epochs"):
        recommender.epochs = 1
    return recommender.fit(train)


@pytest.fixture(scope="module")
def train():
    return Interactions.from_dataset(simulate(20, 60, 300).dataset)


@pytest.fixture(scope="module")
def crossed(train, tmp_path_factory):
    """What was written, and what another process made of it."""
    folder = tmp_path_factory.mktemp("crossed")
    values = {name: fitted(name, train) for name in SAVED}
    values |= {name: model_of(name) for name in ARCHITECTURES}
    errors = {}
    for name, value in values.items():
        for route in ROUTES:
            path = folder / f"{name}.{route}"
            try:
                if route == "state":
                    path.write_bytes(state.write(value))
                elif name in SAVED:
                    save(value, path)
                else:
                    storage.write(path, value, {}, KINDS)
            except StorageError as error:
                errors[path.name] = str(error)

    done = subprocess.run(
        [sys.executable, crossing.__file__, str(folder)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        pytest.fail(done.stderr[-2000:])
    errors |= json.loads((folder / "errors.json").read_text(encoding="utf-8"))
    return SimpleNamespace(folder=folder, values=values, errors=errors)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("name", NAMES)
def test_it_is_the_same_in_another_process(crossed, name, route):
    assert crossed.errors.get(f"{name}.{route}") is None
    with np.load(crossed.folder / f"{name}.{route}.npz", allow_pickle=False) as found:
        arrived = [found[key] for key in found.files]
    for one, other in zip(crossing.answers(crossed.values[name]), arrived, strict=True):
        np.testing.assert_array_equal(one, other)


def test_each_of_our_layers_is_in_one_of_these_models(crossed):
    models = [crossed.values[name] for name in ARCHITECTURES]
    used = {type(layer) for model in models for layer in model.layers}
    assert set(layers()) <= used


def test_what_holds_code_crosses_in_neither_way(train, tmp_path):
    others = set(registered()) - set(SAVED)
    assert others == {"HandMade"}
    model = HandMade(train, scores=lambda _user: np.zeros(train.n_items))
    with pytest.raises(ParameterError, match="made of functions"):
        save(model, tmp_path / "model.zip")
    with pytest.raises(StorageError):
        state.write(model)


def enters_itself(factory):
    return any(ast.unparse(each) == "own_layer" for each in factory.decorator_list)


def test_no_layer_is_registered_past_the_list():
    """A class that derives from a layer of Keras is defined in a function that enters itself."""
    wrong = []
    for path in sorted(Path(helpers.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        nodes = list(ast.walk(tree))
        ours = [each for each in nodes if isinstance(each, ast.FunctionDef) and enters_itself(each)]
        entered = {id(part) for function in ours for part in ast.walk(function)}
        for node in nodes:
            bases = [ast.unparse(base) for base in getattr(node, "bases", [])]
            is_layer = any(base.endswith(("layers.Layer", "keras.Model")) for base in bases)
            registers = getattr(node, "attr", "") == "register_keras_serializable"
            if (is_layer and id(node) not in entered) or (registers and path.name != "own.py"):
                wrong.append(f"{path.name}, line {node.lineno}")
    assert wrong == []
