"""``leaderboard``: many recommenders, several seeds, one tidy table that can be saved."""

from __future__ import annotations

import copy
import inspect
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.errors import DataError, MissingDataError, ParameterError
from helpers.evaluation.evaluating import Evaluation, evaluate
from helpers.evaluation.measures import LOWER_IS_BETTER, RATING
from helpers.evaluation.provenance import data_hash, n_parameters, now, settings, versions
from helpers.evaluation.resuming import Kept, Measured
from helpers.files import written_whole
from helpers.interactions import Interactions
from helpers.recommenders import Recommender
from helpers.recommenders.keras.estimator import KerasRecommender
from helpers.splits import Split, per_user_split

COLUMNS = ["recommender", "seed", "metric", "k", "value", "low", "high", "users"]
FIGURES = ("value", "low", "high")
SECONDS = ("fit_seconds", "score_seconds")
COSTS = (*SECONDS, "n_parameters")


@dataclass(frozen=True, eq=False, repr=False)
class Leaderboard:
    """What ``leaderboard`` returns.

    Attributes:
        results: tidy, one row per recommender, seed and metric: recommender, seed, metric, k,
            value, low, high, users. The costs (fit_seconds, score_seconds, n_parameters) are
            metrics too, without an interval.
        header: date, versions, data (hash and size), protocol, seeds, settings.
        evaluations: the result of ``evaluate`` for each (recommender, seed), for ``compare``;
            empty if the leaderboard was read from a file.
    """

    results: pd.DataFrame
    header: dict[str, Any]
    evaluations: dict[tuple[str, int], Evaluation] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Leaderboard of {self.header['date']}\n{self.table().round(3).to_string()}"

    def table(self, sort_by: str | None = None) -> pd.DataFrame:
        """One row per recommender, best first: mean of each metric over the seeds.

        For seconds it is the lowest: other work of the machine can only add to them.

        Args:
            sort_by: the metric to sort by, best first; None takes nDCG, or the first metric. Its
                interval is in two more columns, low and high: means of the ends over the seeds.

        Raises:
            ParameterError: no such metric.
        """
        names = list(dict.fromkeys(self.results["metric"]))
        if sort_by is None:
            sort_by = "ndcg" if "ndcg" in names else names[0]
        if sort_by not in names:
            raise ParameterError(f"{sort_by!r} was not measured. There are {', '.join(names)}.")
        # A metric that is NaN for everybody keeps its column, and a recommender its row.
        wide = self.results.pivot_table(
            index="recommender", columns="metric", values="value", dropna=False
        ).reindex(columns=names)
        for name in SECONDS:
            rows = self.results[self.results["metric"] == name]
            wide[name] = rows.groupby("recommender")["value"].min()
        wide = wide[names]
        chosen = self.results[self.results["metric"] == sort_by]
        ends = chosen.groupby("recommender")[["low", "high"]].mean()
        wide.insert(names.index(sort_by) + 1, "low", ends["low"])
        wide.insert(names.index(sort_by) + 2, "high", ends["high"])
        ascending = sort_by in (*LOWER_IS_BETTER, *COSTS)
        sorted_table = wide.sort_values(sort_by, ascending=ascending, kind="stable")
        return sorted_table.rename_axis(columns=None)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a CSV whose first line is ``# `` and the header as JSON; return the path.

        It writes the whole file or nothing.

        Raises:
            WritingError: the disk is full, or the place cannot be written to.
        """
        target = Path(path)
        header = json.dumps(self.header, ensure_ascii=False, sort_keys=True)
        text = f"# {header}\n" + self.results.to_csv(index=False, lineterminator="\n")
        with written_whole(target) as unfinished:
            unfinished.write_text(text, encoding="utf-8", newline="\n")
        return target


def read_leaderboard(path: str | os.PathLike[str]) -> Leaderboard:
    """A leaderboard from a file that ``Leaderboard.save`` wrote.

    Raises:
        MissingDataError: there is no such file.
        DataError: the file is something else.
    """
    source = Path(path)
    if not source.is_file():
        raise MissingDataError(f"There is no leaderboard {source}. Save one there first.")
    try:
        with source.open(encoding="utf-8") as file:
            first = file.readline()
            header = json.loads(first.removeprefix("# "))
            # Figures as text: some versions of pandas do not read a number to its last digit.
            # And names as text: a recommender may be called None, NA or 01.
            texts = (*FIGURES, "recommender", "metric")
            results = pd.read_csv(file, dtype=dict.fromkeys(texts, "str"), keep_default_na=False)
            figures = results[list(FIGURES)].replace("", "nan")
            results = results.assign(**figures.astype("float64"))
    except (KeyError, ValueError) as error:
        raise DataError(f"{source} is not a leaderboard: {error}.") from error
    if not isinstance(header, dict) or list(results.columns) != COLUMNS:
        raise DataError(f"{source} is not a leaderboard: it lacks the columns {COLUMNS}.")
    return Leaderboard(results, header)


def leaderboard(
    recommenders: Mapping[str, Recommender] | Sequence[Recommender],
    interactions: Interactions,
    *,
    protocol: Callable[..., Split] = per_user_split,
    seeds: Iterable[int] = (0, 1, 2),
    metrics: Iterable[str] | None = None,
    k: int = 10,
    relevant_from: float | None = None,
    resamples: int = 1000,
    progress: bool = True,
    kept: Kept | None = None,
) -> Leaderboard:
    """Fit and measure every recommender on the same splits, once for each seed.

    The seed goes to the protocol, if it takes one, and to ``random_state`` of a recommender that
    has one. Each fit uses a fresh copy on the training part, with the validation part for early
    stopping if there is one. Everything is measured on the test part.

    Args:
        recommenders: unfitted, by name; in a list, each has the name of its class.
        interactions: the data to split.
        protocol: a function of ``helpers.splits`` that returns one split; wrap it with
            ``functools.partial`` to change its fractions.
        seeds: whole numbers; at least three if a seed matters.
        metrics: names, as for ``evaluate``; rating metrics only if stars are predicted.
        k: how many places of the list count.
        relevant_from: stars from which a held-out film is relevant; None makes all relevant.
        resamples: how many draws of users for the intervals.
        progress: show a bar.
        kept: keeps each measurement, for an interrupted leaderboard that is called again in the
            same way; the caller clears it.

    Raises:
        ParameterError: two recommenders with one name, no recommender, or no seed.
        DataError, ParameterError: as the protocol, ``fit`` and ``evaluate``.

    Example:
        >>> from helpers.data import load
        >>> from helpers.recommenders import Biases, Popularity
        >>> board = leaderboard(
        ...     [Popularity(), Biases()],
        ...     Interactions.from_dataset(load("simulated")),
        ...     seeds=[0],
        ...     metrics=["recall"],
        ...     progress=False,
        ... )
        >>> board.table().columns.tolist()
        ['recall', 'low', 'high', 'fit_seconds', 'score_seconds', 'n_parameters']
    """
    from tqdm.auto import tqdm

    named = _named(recommenders)
    seeds = _checked_seeds(seeds)
    if not named or not seeds:
        raise ParameterError("A leaderboard needs one recommender and one seed, or more.")
    asked = None if metrics is None else [metrics] if isinstance(metrics, str) else list(metrics)
    if any(isinstance(one, KerasRecommender) for one in named.values()):
        # Before the clock runs: the import must not count for the first one to fit.
        import keras  # noqa: F401
    options = {"k": k, "relevant_from": relevant_from, "resamples": resamples}
    origin = {
        "versions": versions(),
        "data": {
            "sha256": data_hash(interactions),
            "ratings": len(interactions),
            "users": interactions.n_users,
            "items": interactions.n_items,
        },
        "protocol": _described(protocol),
        **options,
    }
    found: dict[tuple[str, int], Evaluation] = {}
    rows = []
    with tqdm(total=len(named) * len(seeds), disable=not progress, leave=False) as bar:
        for seed in seeds:
            split = cache(partial(_split, protocol, interactions, seed))
            for name, recommender in named.items():
                bar.set_description(f"{name}, seed {seed}")
                key = {**origin, "seed": seed, "metrics": asked, **_of_recommender(recommender)}
                one = kept.get(key) if kept is not None else None
                if one is None:
                    one = _measured(recommender, split(), seed, asked, **options)
                    if kept is not None:
                        kept.put(key, one)
                found[name, seed] = one.evaluation
                costs = (one.fit_seconds, one.evaluation.score_seconds, one.n_parameters)
                rows.append(_rows(name, seed, one.evaluation, costs))
                bar.update()
    header = {
        **origin,
        "date": now(),
        "seeds": seeds,
        "recommenders": {name: _of_recommender(one) for name, one in named.items()},
    }
    return Leaderboard(pd.concat(rows, ignore_index=True), header, found)


def _measured(
    recommender: Recommender, split: Split, seed: int, asked: list[str] | None, **options: Any
) -> Measured:
    fitted, seconds = _fitted(recommender, split, seed)
    result = evaluate(fitted, split, _applicable(asked, fitted), **options)
    return Measured(result, seconds, n_parameters(fitted))


def _of_recommender(recommender: Recommender) -> dict[str, Any]:
    """Its class and settings; the seeds of the leaderboard replace its own."""
    own = {name: value for name, value in settings(recommender).items() if name != "random_state"}
    return {"class": type(recommender).__name__, "settings": own}


def _named(
    recommenders: Mapping[str, Recommender] | Sequence[Recommender],
) -> dict[str, Recommender]:
    if isinstance(recommenders, Mapping):
        return dict(recommenders)
    named: dict[str, Recommender] = {}
    for one in recommenders:
        name = type(one).__name__
        if name in named:
            raise ParameterError(
                f"Two recommenders have the name {name}. Pass a dictionary of names instead."
            )
        named[name] = one
    return named


def _checked_seeds(seeds: Any) -> list[int]:
    found = list(seeds) if isinstance(seeds, Iterable) and not isinstance(seeds, str) else [None]
    whole = [isinstance(seed, int | np.integer) and not isinstance(seed, bool) for seed in found]
    if not all(whole):
        raise ParameterError(
            f"seeds = {seeds!r} is not possible: give whole numbers in a list, such as [0, 1, 2]; "
            "for three seeds, range(3)."
        )
    return [int(str(seed)) for seed in found]


def _split(protocol: Callable[..., Split], interactions: Interactions, seed: int) -> Split:
    if "random_state" in inspect.signature(protocol).parameters:
        return protocol(interactions, random_state=seed)
    return protocol(interactions)


def _fitted(recommender: Recommender, split: Split, seed: int) -> tuple[Recommender, float]:
    fresh = copy.deepcopy(recommender)
    if hasattr(fresh, "random_state"):
        fresh.random_state = seed
    validation = split.validation if len(split.validation) else None
    started = time.perf_counter()
    fresh.fit(split.train, validation)
    return fresh, time.perf_counter() - started


def _applicable(asked: list[str] | None, recommender: Recommender) -> list[str] | None:
    """The metrics asked for, without rating metrics if the recommender predicts no stars."""
    if asked is None or recommender.predicts_stars:
        return asked
    return [name for name in asked if name not in RATING]


def _rows(
    name: str, seed: int, result: Evaluation, costs: tuple[float, float, int]
) -> pd.DataFrame:
    table = result.table
    more = pd.DataFrame({"metric": COSTS, "k": 0, "value": costs, "users": len(result.users)})
    more = more.assign(low=float("nan"), high=float("nan"))[table.columns]
    together = pd.concat([table, more], ignore_index=True)
    return together.assign(recommender=name, seed=seed)[COLUMNS]


def _described(protocol: Callable[..., Split]) -> str:
    function = getattr(protocol, "func", protocol)
    options = getattr(protocol, "keywords", {})
    arguments = ", ".join(f"{name}={value!r}" for name, value in options.items())
    return f"{getattr(function, '__name__', type(function).__name__)}({arguments})"
