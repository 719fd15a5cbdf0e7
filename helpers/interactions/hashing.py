"""One number that identifies a set of ratings."""

from __future__ import annotations

import hashlib

import numpy as np

from helpers.interactions.value import Interactions


def data_hash(interactions: Interactions) -> str:
    """SHA-256 of the ratings and of the ids of their indices.

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
