"""Features of people: names for the codes of occupation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.features.films import as_series

OCCUPATIONS = {
    0: "other or not specified",
    1: "academic/educator",
    2: "artist",
    3: "clerical/admin",
    4: "college/grad student",
    5: "customer service",
    6: "doctor/health care",
    7: "executive/managerial",
    8: "farmer",
    9: "homemaker",
    10: "K-12 student",
    11: "lawyer",
    12: "programmer",
    13: "retired",
    14: "sales/marketing",
    15: "scientist",
    16: "self-employed",
    17: "technician/engineer",
    18: "tradesman/craftsman",
    19: "unemployed",
    20: "writer",
}

CodeValues = pd.Series | np.ndarray | Sequence[int]


def occupation_labels(codes: CodeValues) -> pd.Series:
    """Occupation of each MovieLens 1M occupation code.

    Args:
        codes: 0 … 20, shape (n,); a Series keeps its index.

    Returns:
        Categories without order, shape (n,), all 21, even unused ones.

    Raises:
        DataError: a code that MovieLens 1M does not have; the message names it.

    Example:
        >>> occupation_labels([12, 20]).tolist()
        ['programmer', 'writer']
    """
    values = as_series(codes)
    positions = pd.Index(list(OCCUPATIONS)).get_indexer(pd.Index(values))
    unknown = np.flatnonzero(positions < 0)
    if len(unknown):
        raise DataError(
            f"{len(unknown):,} values are not occupation codes of MovieLens 1M: the first is "
            f"{values.iloc[unknown[0]]} in row {unknown[0]}. "
            f"The codes are {', '.join(map(str, OCCUPATIONS))}."
        )
    labels = pd.Categorical.from_codes(positions, categories=pd.Index(OCCUPATIONS.values()))
    return pd.Series(labels, index=values.index, name="occupation")
