"""Fit every recommender of the course and write down what it answers: run in processes of its own.

``python fitting.py FILE`` is started by ``test_same_answer.py`` under different circumstances.
"""

import locale
import sys
from contextlib import suppress

import numpy as np

from course.board import course_recommenders
from helpers.data import load
from helpers.interactions import Interactions


def answers():
    """Predictions for pairs of all kinds, and lists of ten, of each recommender."""
    whole = Interactions.from_dataset(load("simulated"))
    train = whole.subset(np.arange(0, len(whole), 4))
    users = np.arange(-1, train.n_users)
    items = np.resize(np.arange(-1, train.n_items), len(users))
    for name, model in course_recommenders().items():
        if hasattr(model, "epochs"):
            model.epochs = 2
        model.fit(train)
        ranked, scores = model.rank(users, 10)
        yield f"{name}: predictions", model.predict(users, items)
        yield f"{name}: lists", ranked
        yield f"{name}: scores", scores


if __name__ == "__main__":
    with suppress(locale.Error):  # a language that this machine has not
        locale.setlocale(locale.LC_ALL, "")
    np.savez(sys.argv[1], **dict(answers()))
