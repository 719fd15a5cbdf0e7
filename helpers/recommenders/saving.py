"""Save a fitted recommender to one file, and load it again: data only, no code.

Example:
    >>> import tempfile
    >>> from helpers.data import load as load_data
    >>> from helpers.recommenders import Popularity, load, save
    >>> model = Popularity().fit(Interactions.from_dataset(load_data("simulated")))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save(model, f"{folder}/popularity.zip")
    ...     again = load(path)
    >>> again.recommend([0], n=3).equals(model.recommend([0], n=3))
    True
"""

from __future__ import annotations

import inspect
import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

import helpers
from helpers import storage
from helpers.errors import AlteredDataError, NotFittedError, ParameterError, StorageError
from helpers.interactions import Interactions
from helpers.interactions.hashing import data_hash
from helpers.recommenders.base import Recommender, registered
from helpers.recommenders.keras.stored import KERAS_MODEL
from helpers.recommenders.lists import seen_by_users
from helpers.recommenders.neighbours.shared import RowProducts
from helpers.storage import Kind
from helpers.storage.origin import now, versions

ABOUT = {"recommender", "parameters", "data", "keras", "versions", "date"}


def save(recommender: Recommender, path: str | os.PathLike[str]) -> Path:
    """Write a fitted recommender to one file, whole or not at all; the path.

    The file is a zip: ``manifest.json`` (class, hyper-parameters, hash and size of the training
    set, versions, date, SHA-256 of each member), the arrays as NumPy writes them, and a Keras
    model as its architecture in Keras' own JSON beside its weights. The training ratings are in
    it, because seen films are left out and fallbacks made by them: to hand on a model is to hand
    on its data, under the data's licence.

    Args:
        recommender: fitted, and one of this package's own.
        path: the file, such as ``"models/ease.zip"``; it is replaced if it exists.

    Raises:
        NotFittedError: it has not learnt yet.
        ParameterError: it is of a class that holds code or a library's own objects.
        WritingError: the disk is full, or the place cannot be written to.
    """
    _check_class(recommender)
    if not hasattr(recommender, "train_"):
        raise NotFittedError(
            f"This {type(recommender).__name__} has not learnt yet: call fit before save."
        )
    train = recommender.train_
    about = {
        "recommender": type(recommender).__name__,
        "parameters": {name: repr(value) for name, value in _parameters(recommender).items()},
        "data": {
            "sha256": data_hash(train),
            "ratings": len(train),
            "users": train.n_users,
            "items": train.n_items,
        },
        "keras": version("keras") if hasattr(recommender, "model_") else None,
        "versions": versions(),
        "date": now(),
    }
    return storage.write(path, recommender, about, KINDS)


def load(path: str | os.PathLike[str]) -> Recommender:
    """The recommender that ``save`` has written: it predicts and recommends the same, to the bit.

    Nothing of the file is run, unpickled or unpacked. It is refused unless it is in this format,
    as it was written, of a class that this package knows, and saved with the same major and minor
    version of this package and, if it holds a Keras model, of Keras.

    Raises:
        MissingDataError: there is no such file.
        AlteredDataError: the file is not as it was written.
        DataError: it holds no recommender, or one that this version cannot take.
    """
    about = storage.read_about(path)
    if set(about) != ABOUT:
        raise StorageError(f"{path} holds no recommender.")
    _check_version("Keras", about["keras"], version("keras"), path)
    _check_version("version", about["versions"]["helpers"], helpers.__version__, path)
    found = storage.read(path, KINDS)
    if not isinstance(found, Recommender) or type(found).__name__ != about["recommender"]:
        raise StorageError(f"{path} holds no {about['recommender']}.")
    if data_hash(found.train_) != about["data"]["sha256"]:
        raise AlteredDataError(f"{path} is not as it was written: its ratings were changed.")
    return found


def _check_class(recommender: Recommender) -> None:
    if _is_own(recommender):
        return
    reason = (
        recommender.not_saved_because
        or "only recommenders of this package can. Save its arrays with numpy.savez"
    )
    raise ParameterError(f"A {type(recommender).__name__} cannot be saved: {reason}.")


def _is_own(value: Any) -> bool:
    """Whether its class is one of this package, and made of data alone."""
    cls = type(value)
    return registered().get(cls.__name__) is cls and not cls.not_saved_because


def _check_version(name: str, theirs: str | None, ours: str, path: Any) -> None:
    """Raise a StorageError unless both have the same major and minor version."""
    if theirs is not None and str(theirs).split(".")[:2] != ours.split(".")[:2]:
        raise StorageError(
            f"{path} was saved with {name} {theirs}, and this is {ours}, which may compute "
            "something else with it. Fit it again, or load it where that version is."
        )


def _parameters(recommender: Recommender) -> dict[str, Any]:
    names = inspect.signature(type(recommender)).parameters
    return {name: getattr(recommender, name) for name in names}


def _parts(recommender: Recommender) -> dict[str, Any]:
    parameters = _parameters(recommender)
    # What was seen is in the ratings: it is made of them again.
    kept = {name: part for name, part in vars(recommender).items() if name != "seen_"}
    learnt = {name: part for name, part in kept.items() if name not in parameters}
    return {"class": type(recommender).__name__, "parameters": parameters, "learnt": learnt}


def _made(parts: dict[str, Any]) -> Recommender:
    # Nothing is looked up by a name from the file, except in this list.
    known = {name: cls for name, cls in registered().items() if not cls.not_saved_because}
    name = parts["class"]
    if name not in known:
        raise StorageError(
            f"It holds a {str(name)[:60]!r}, and no recommender of this package is called so. "
            "Load it with the version that wrote it."
        )
    cls, parameters = known[name], parts["parameters"]
    wanted = set(inspect.signature(cls).parameters)
    if set(parameters) != wanted:
        raise StorageError(
            f"{name} is made with {sorted(wanted)}, and the file gives {sorted(parameters)}. "
            "Load it with the version that wrote it."
        )
    try:
        recommender = cls(**parameters)
    except (ParameterError, TypeError) as error:
        raise StorageError(f"The settings of this {name} are impossible: {error}") from error
    for attribute, part in parts["learnt"].items():
        setattr(recommender, storage.check_name(cls, attribute), part)
    if not isinstance(getattr(recommender, "train_", None), Interactions):
        raise StorageError(f"This {name} comes without the ratings that it has learnt from.")
    recommender.seen_ = seen_by_users(recommender.train_)
    return recommender


KINDS = (
    storage.of_fields(Interactions),
    storage.of_fields(RowProducts),
    KERAS_MODEL,
    Kind("recommender", _is_own, _parts, _made),
)
