"""A dot product or NeuMF, by the loss of the paper or by pairs: every setting, on validation.

    course bench similarities --runs 1

This is how the settings of lesson 09's contest were chosen: both similarities, with both losses,
get the same grid of widths, penalties and epochs, and no test rating is looked at.
``runs`` is how many draws of the split.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pandas as pd

from benchmarks.published import folder_or_name
from helpers.data import load
from helpers.evaluation import evaluate
from helpers.interactions import Interactions
from helpers.recommenders import NeuralCollaborative
from helpers.splits import Split, per_user_split

SIMILARITIES = ("dot", "neumf")
LOSSES: dict[str, dict[str, Any]] = {
    "single": {"loss": "single", "negatives": 4, "popularity": 0, "batch_size": 4096},
    "pairs": {"loss": "pairs", "negatives": 1, "popularity": 1, "batch_size": 2048},
}
GRID: dict[str, tuple[Any, ...]] = {
    "dim": (16, 64),
    "l2": (0.001, 0.01),
    "epochs": (4, 6, 8),
}


def report(data: str | None, quick: bool, runs: int | None) -> None:
    """Print nDCG@10 on validation of every setting, then the best of each similarity and loss."""
    name = data or ("simulated" if quick else "movielens-small")
    interactions = Interactions.from_dataset(load(folder_or_name(name)))
    rows = []
    for seed in range(runs or 1):
        split = per_user_split(interactions, random_state=seed)
        for similarity, loss in product(SIMILARITIES, LOSSES):
            rows += [
                {"similarity": similarity, "loss": loss, "seed": seed} | found
                for found in searched(similarity, loss, split, quick=quick)
            ]
    table = pd.DataFrame(rows)
    settings = ["similarity", "loss", *GRID]
    mean = table.groupby(settings)["nDCG@10"].mean().reset_index()
    best = mean.loc[mean.groupby(["similarity", "loss"])["nDCG@10"].idxmax()]
    print(f"\nThe best of each, by nDCG@10 on validation\n{best.round(4).to_string(index=False)}")


def searched(
    similarity: str, loss: str, split: Split, *, quick: bool = False
) -> list[dict[str, Any]]:
    """Each setting of the grid with its nDCG@10 on validation; the first of each when quick."""
    values = [each[:1] if quick else each for each in GRID.values()]
    rows = []
    for setting in product(*values):
        options = dict(zip(GRID, setting, strict=True))
        model = NeuralCollaborative(similarity, **LOSSES[loss], **options)  # type: ignore[arg-type]
        found = evaluate(model.fit(split.train), split, ["ndcg"], part="validation")["ndcg"]
        rows.append(options | {"nDCG@10": found})
        print(f"{similarity:<7}{loss:<8}{options}  {found:.4f}", flush=True)
    return rows
