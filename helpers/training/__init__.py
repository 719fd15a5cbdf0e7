"""Training of Keras models on interactions: seeds, early stopping on validation, history.

Import this package before TensorFlow: it quietens TensorFlow's log and fixes its arithmetic.
"""

from helpers.training.fitting import (
    PREDICTION_BATCH,
    STEPS_PER_EXECUTION,
    TARGETS,
    Engine,
    as_inputs,
    fit,
    predict,
    set_seed,
)
from helpers.training.negatives import (
    NegativeSampler,
    choices_among_drawn,
    hardest,
    labelled_pairs,
)
from helpers.training.redrawing import Arrays, fit_redrawn
from helpers.training.stopping import stops_between_batches

__all__ = [
    "PREDICTION_BATCH",
    "STEPS_PER_EXECUTION",
    "TARGETS",
    "Arrays",
    "Engine",
    "NegativeSampler",
    "as_inputs",
    "choices_among_drawn",
    "fit",
    "fit_redrawn",
    "hardest",
    "labelled_pairs",
    "predict",
    "set_seed",
    "stops_between_batches",
]
