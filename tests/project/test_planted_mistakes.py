"""Mistakes that ran without an error in respected material, planted in a copy: our tests see them.

Each of them was published in a tutorial, a library or a course, with figures that looked sane.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ARCHITECTURES = "tests/helpers/recommenders/keras/test_architectures.py"
BASE = "tests/helpers/recommenders/test_base.py"
INTERACTIONS = "tests/helpers/interactions/test_value.py"
RANKING = "tests/helpers/metrics/test_ranking.py"
TRAINING = "tests/helpers/training/test_fitting.py"
# What it is → the file, what stands there, what is planted, and the tests that must fail.
MISTAKES = {
    "candidates drawn from the number of users": (
        "helpers/recommenders/base.py",
        [
            (
                "        return best_of_users(self.scores, users, n, left_out, n_items, "
                "refuse_nan=refuse_nan)\n",
                "        ranked, best = best_of_users(self.scores, users, n, left_out, n_items)\n"
                "        return np.where(ranked < self.train_.n_users, ranked, -1), best\n",
            )
        ],
        [f"{BASE}::test_films_beyond_the_number_of_users_can_be_recommended"],
    ),
    "a dot product over the batch too": (
        "helpers/recommenders/keras/architectures.py",
        [
            (
                '    score = keras.layers.Dot(axes=1, name="score")([user_vector, item_vector])\n'
                '    return keras.Model([user, item], score, name="dot_product")',
                "    score = keras.ops.sum(user_vector * item_vector, keepdims=True)\n"
                '    return keras.Model([user, item], score, name="dot_product")',
            )
        ],
        [f"{ARCHITECTURES}::test_prediction_does_not_depend_on_batch_mates[dot_product]"],
    ),
    "raw ids where indices belong": (
        "helpers/interactions/value.py",
        [
            (
                'item = positions_of(item_ids, ratings["movie_id"])',
                'item = ratings["movie_id"].to_numpy("int32")',
            )
        ],
        [f"{INTERACTIONS}::test_ids_survive_the_round_trip_however_sparse_and_shuffled"],
    ),
    "as many rows as the highest id": (
        "helpers/interactions/checking.py",
        [("    return np.unique(ids)", "    return np.arange(ids.max() + 1)")],
        [f"{INTERACTIONS}::test_ids_become_indices_in_ascending_order_of_the_ids"],
    ),
    "stars learnt as (r - 1) / 4 and shown as 5 p": (
        "helpers/training/fitting.py",
        [
            (
                "    values = interactions.rating if",
                "    values = (interactions.rating - 1) / 4 if",
            ),
            ('[np.asarray(output, "float64")[', '[5 * np.asarray(output, "float64")['),
        ],
        [f"{TRAINING}::test_same_training_as_plain_keras"],
    ),
    "average precision divided by k": (
        "helpers/metrics/per_user/accuracy.py",
        [("_precision_at_hits(hits) / np.clip(count, 1, k)", "_precision_at_hits(hits) / k")],
        [f"{RANKING}::test_ranking_metrics_by_hand"],
    ),
    "average precision divided by what was found": (
        "helpers/metrics/per_user/accuracy.py",
        [
            (
                "_precision_at_hits(hits) / np.maximum(count, 1)",
                "_precision_at_hits(hits) / np.maximum(hits.sum(axis=1), 1)",
            )
        ],
        [f"{RANKING}::test_ranking_metrics_by_hand"],
    ),
    "a mean of roots called root of the mean": (
        "helpers/metrics/ratings.py",
        [
            (
                "np.sqrt(np.mean((truth - prediction) ** 2))",
                "np.mean(np.sqrt((truth - prediction) ** 2))",
            )
        ],
        [
            "tests/helpers/metrics/test_ratings.py::test_rmse_is_over_ratings_and_not_a_mean_over_users"
        ],
    ),
    "seen items recommended": (
        "helpers/recommenders/base.py",
        [("        if exclude_seen:\n", "        if False:\n")],
        [f"{BASE}::test_a_perfect_oracle_recommends_the_best_unseen_films"],
    ),
    "a filter that removes nothing": (
        "helpers/interactions/value.py",
        [("        rows = checked_rows(rows, len(self))\n", "        rows = slice(None)\n")],
        [f"{INTERACTIONS}::test_a_subset_keeps_the_catalogue_and_the_filter_removes_rows"],
    ),
    "a scale of 1 to 5 for data with half stars": (
        "helpers/interactions/value.py",
        [("            dataset.rating_scale,\n", "            (1, 5),\n")],
        [f"{INTERACTIONS}::test_from_dataset_takes_the_scale_of_the_data_set"],
    ),
    "predictions kept from 1 to 5 whatever the scale": (
        "helpers/recommenders/base.py",
        [("np.clip(scores, *self.train_.rating_scale)", "np.clip(scores, 1, 5)")],
        [f"{BASE}::test_stars_are_clipped_to_the_scale_of_the_data_and_ranked_unclipped"],
    ),
    "correlation of zero-filled rows": (
        "helpers/similarity/measures.py",
        [
            (
                "    # A correlation does not",
                "    return sparse.csr_matrix(np.nan_to_num(pearson_zero_filled(rows, others)))\n"
                "    # A correlation does not",
            )
        ],
        [
            "tests/helpers/similarity/test_measures.py"
            "::test_pearson_agrees_with_scipy_on_what_both_have_rated"
        ],
    ),
    "the test set taken for validation": (
        "helpers/splits/parts.py",
        [
            (
                "for number in (TRAIN, VALIDATION, TEST)))",
                "for number in (TRAIN, TEST, TEST)))",
            )
        ],
        [
            "tests/helpers/splits/test_protocols.py::test_leave_last_out_by_hand_with_a_tie_broken_by_the_item"
        ],
    ),
    "early stopping made and never passed on": (
        "helpers/training/fitting.py",
        [("*_callbacks(patience,", "*_callbacks(None,")],
        [f"{TRAINING}::test_early_stopping_ends_with_the_best_weights"],
    ),
    "early stopping on the test set": (
        "helpers/evaluation/leaderboard.py",
        [
            (
                "validation = split.validation if len(split.validation) else None",
                "validation = split.test",
            )
        ],
        [
            "tests/helpers/evaluation/test_leaderboard.py"
            "::test_who_can_stop_by_a_validation_set_is_given_the_split_s"
        ],
    ),
    "titles cut at a fixed width": (
        "helpers/data/readers.py",
        [("        decoded(title, encoding),", "        decoded(title, encoding)[:20],")],
        [
            "tests/helpers/data/test_readers.py::test_csv",
            "tests/helpers/data/test_readers.py::test_1m",
        ],
    ),
    "bad lines dropped in silence": (
        "helpers/data/lines.py",
        [
            (
                'warnings.warn(self._report(f"Left out: {self.count:,}"), CourseWarning',
                "(lambda *_, **__: None)(CourseWarning",
            )
        ],
        ["tests/helpers/data/test_lines.py::test_skipping_warns_and_returns_each_line_in_order"],
    ),
    "1919 outside the decades": (
        "helpers/features/films.py",
        [("range(decades.min(), ", "range(max(decades.min(), 1920), ")],
        ["tests/helpers/features/test_columns.py::test_the_decade_of_1919_is_not_lost"],
    ),
}


@pytest.fixture(scope="module")
def codes(
    root: Path, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> dict[str, int]:
    """What pytest says of the copy as it is (``""``) and with each mistake."""
    copy = tmp_path_factory.mktemp("planted")
    ignore = shutil.ignore_patterns("__pycache__")
    for folder in ("helpers", "tests"):
        shutil.copytree(root / folder, copy / folder, ignore=ignore)
    shutil.copy(root / "pyproject.toml", copy)
    # The offline hook on PYTHONPATH would import this checkout's tests.
    told = {**os.environ, "PYTHONPATH": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
    # Where others may warn here, they may there.
    warnings = "\n".join(pytestconfig.getini("filterwarnings"))
    told["PYTEST_ADDOPTS"] = shlex.quote(f"--override-ini=filterwarnings={warnings}")
    command = [sys.executable, str(root / "tests" / "project" / "planting.py"), str(copy)]
    plantable = {name: plant for name, plant in MISTAKES.items() if not misplaced(root, *plant[:2])}
    plants = json.dumps(list(plantable.values()))
    found = subprocess.run(
        command, input=plants, env=told, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr
    answers = json.loads(found.stdout)
    print(found.stderr)
    return dict(zip(["", *plantable], answers, strict=True))


def misplaced(root: Path, file: str, changes: list[tuple[str, str]]) -> list[str]:
    """What does not stand once in the file, so that it cannot be replaced."""
    text = (root / file).read_text(encoding="utf-8")
    return [old for old, _new in changes if text.count(old) != 1]


def test_the_copy_passes_as_it_is(codes):
    assert codes[""] == pytest.ExitCode.OK


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_mistake_is_seen(codes, mistake, root):
    file, changes, _tests = MISTAKES[mistake]
    assert misplaced(root, file, changes) == [], f"{file} has changed: plant it where it fits now"
    assert codes[mistake] == pytest.ExitCode.TESTS_FAILED
