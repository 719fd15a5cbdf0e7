"""Where a result comes from: versions, data, date, machine, settings and size of a model."""

from __future__ import annotations

import hashlib
import inspect
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np
from scipy import sparse

import helpers
from helpers.interactions import Interactions
from helpers.recommenders import Recommender

LIBRARIES = ("numpy", "scipy", "pandas")
# Heavy: named only where the result has used them.
OPTIONAL = ("keras", "tensorflow", "implicit", "surprise")
# What every recommender keeps of its training set, and learns nothing by.
KEPT = ("train_", "user_counts_", "item_counts_", "history_", "chosen_")


def data_hash(interactions: Interactions) -> str:
    """SHA-256 of the ratings and of the ids that their indices stand for.

    The order of the rows counts, because a random split depends on it; titles do not.
    """
    digest = hashlib.sha256()
    columns = [interactions.user, interactions.item, interactions.rating, interactions.timestamp]
    for values in (*columns, interactions.user_ids, interactions.item_ids):
        if values is None:
            digest.update(b"none")
        else:
            kind = "<f8" if np.issubdtype(values.dtype, np.floating) else "<i8"
            numbers = values.astype(kind) if values.dtype.kind in "iuf" else None
            digest.update(repr(values.tolist()).encode() if numbers is None else numbers.tobytes())
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Versions of Python, of this package and of the libraries behind the numbers."""
    found = {"python": platform.python_version(), "helpers": helpers.__version__}
    found.update({name: version(name) for name in LIBRARIES})
    for name in OPTIONAL:
        module = sys.modules.get(name)
        if module is not None and hasattr(module, "__version__"):
            found[name] = str(module.__version__)
    return found


def now() -> str:
    """Date and time in UTC, to the second, ISO 8601."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def settings(recommender: Recommender) -> dict[str, Any]:
    """The arguments that the recommender was made with, as plain values.

    What its own ``settings()`` returns, where it has one: an adapter names what it adapts.
    """
    own = getattr(recommender, "settings", None)
    names = inspect.signature(type(recommender)).parameters
    found = {name: getattr(recommender, name) for name in names if hasattr(recommender, name)}
    values = found if own is None else own()
    plain = (str, int, float, bool, type(None))
    return {
        name: value if isinstance(value, plain) else repr(value) for name, value in values.items()
    }


def n_parameters(recommender: Recommender) -> int:
    """How many numbers a fitted recommender has learnt.

    ``n_parameters_`` where it says so itself, the weights of a Keras model, or else the size of
    every array that it has learnt, those of a recommender inside it included.
    """
    own = getattr(recommender, "n_parameters_", None)
    if own is not None:
        return int(own)
    if hasattr(recommender, "model_") and hasattr(recommender.model_, "count_params"):
        return int(recommender.model_.count_params())
    total = 0
    for name, value in vars(recommender).items():
        if not name.endswith("_") or name in KEPT:
            continue
        if isinstance(value, Recommender):
            total += n_parameters(value)
        elif sparse.issparse(value):
            total += value.nnz
        elif isinstance(value, np.ndarray):
            total += value.size
        elif isinstance(value, float | np.floating):
            total += 1
    return total
