"""Where a result comes from: versions, data, date, machine, settings and size of a model."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from scipy import sparse

from helpers.interactions.hashing import data_hash
from helpers.recommenders import Recommender
from helpers.storage.origin import now, versions

__all__ = ["data_hash", "n_parameters", "now", "settings", "versions"]

# What every recommender keeps from its training set without learning from it.
KEPT = ("train_", "seen_", "user_counts_", "item_counts_", "history_", "chosen_")


def settings(recommender: Recommender) -> dict[str, Any]:
    """The arguments that the recommender was made with, as plain values.

    The result of its own ``settings()``, if it has one: an adapter names what it adapts.
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

    ``n_parameters_`` if it has one, or the weights of a Keras model, or else the size of every
    array that it has learnt, including those of a recommender inside it.
    """
    own = getattr(recommender, "n_parameters_", None)
    if own is not None:
        return int(own)
    if hasattr(recommender, "model_") and hasattr(recommender.model_, "count_params"):
        return int(recommender.model_.count_params())
    total = 0
    for name, value in vars(recommender).items():
        if isinstance(value, Recommender):
            total += n_parameters(value)
        elif not name.endswith("_") or name in KEPT:
            continue
        elif sparse.issparse(value):
            total += value.nnz
        elif isinstance(value, np.ndarray):
            total += value.size
        elif isinstance(value, float | np.floating):
            total += 1
    return total
