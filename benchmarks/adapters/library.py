"""What both adapters need from a library: load it, make its models, seed and describe them."""

from __future__ import annotations

import copy
import importlib
import inspect
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np
from scipy import sparse

from helpers.errors import MissingLibraryError, ParameterError

NOT_SAVED_BECAUSE = (
    "it holds a model of another library, which only pickle could write. Save that model "
    "as its library does, or fit it again"
)
PACKAGES = {"surprise": "scikit-surprise", "implicit": "implicit"}
# How a library runs, not what it learns.
NO_HYPER_PARAMETERS = (
    "random_state",
    "verbose",
    "num_threads",
    "dtype",
    "use_native",
    "calculate_training_loss",
)


def library(name: str) -> ModuleType:
    """The module of that name, or a MissingLibraryError that says how to install it."""
    root = name.partition(".")[0]
    try:
        importlib.import_module(root)
    except ModuleNotFoundError as error:
        if error.name != root:
            raise
        raise MissingLibraryError(
            f"The library {root} is not installed; the course works without it. To compare with "
            f"it, type in a terminal: {install_command(PACKAGES[root])}"
        ) from None
    return importlib.import_module(name)


def install_command(package: str) -> str:
    """What installs a package into the environment that is running."""
    if find_spec("pip") is not None:
        return f'"{sys.executable}" -m pip install {package}'
    # An environment made by nox has no pip; the Python that has nox also has uv.
    return f'python -m uv pip install --python "{sys.prefix}" {package}'


def made(kind: str, model: Any, arguments: Mapping[str, Any], find: Callable[[str], type]) -> Any:
    """The model itself, or one made from a class or from the name of a class.

    Raises:
        ParameterError: no such name, arguments that the class does not take, or arguments in
            addition to a model that is made already.
        MissingLibraryError: the name is of a library that is not installed.
    """
    if isinstance(model, str):
        model = find(model)
    if not isinstance(model, type):
        if arguments:
            raise ParameterError(
                f"The {kind} is made already, so it cannot take {', '.join(arguments)}. Give the "
                "name of its class, or leave the arguments out."
            )
        return model
    taken = parameters(model)
    unknown = [name for name in arguments if name not in taken]
    if unknown:
        raise ParameterError(
            f"{model.__name__} does not take {', '.join(unknown)}. It takes {', '.join(taken)}."
        )
    return model(**copy.deepcopy(dict(arguments)))


def parameters(model: type) -> list[str]:
    """Names of the arguments that the class takes."""
    found = inspect.signature(model).parameters.values()
    names = [one.name for one in found if one.kind is not one.VAR_KEYWORD]
    if len(names) < len(found) and "bsl_options" not in names:
        # Surprise's neighbours pass other arguments on to a base class that takes this one.
        names.append("bsl_options")
    return names


def fresh(model: Any, random_state: int | None) -> Any:
    """A copy of the model to be fitted, with the seed; None takes the model's own, or else 0."""
    copied = copy.deepcopy(model)
    if hasattr(copied, "random_state"):
        own = 0 if copied.random_state is None else copied.random_state
        copied.random_state = own if random_state is None else int(random_state)
    return copied


def hyper_parameters(model: Any) -> dict[str, Any]:
    """The arguments that the model was made with, if it still has them."""
    names = [name for name in parameters(type(model)) if name not in NO_HYPER_PARAMETERS]
    return {name: getattr(model, name) for name in names if hasattr(model, name)}


def n_learnt(fitted: Any) -> int:
    """How many numbers a fitted model has learnt: the size of its arrays, each counted once."""
    given = parameters(type(fitted))
    learnt = {
        id(value): _size(value)
        for name, value in vars(fitted).items()
        if name not in given and not name.startswith("_")
    }
    return sum(learnt.values())


def _size(value: Any) -> int:
    if sparse.issparse(value):
        return int(value.nnz)
    if isinstance(value, np.ndarray | list):
        return int(np.size(value))
    return int(isinstance(value, float | np.floating))
