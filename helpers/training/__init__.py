"""Training of Keras models on interactions: seeds, early stopping on validation, history.

Import this package before TensorFlow: it quietens TensorFlow's log and fixes its arithmetic.
"""

from helpers.training.fitting import (
    PREDICTION_BATCH,
    STEPS_PER_EXECUTION,
    TARGETS,
    as_inputs,
    fit,
    predict,
    set_seed,
)
from helpers.training.negatives import NegativeSampler, hardest

__all__ = [
    "PREDICTION_BATCH",
    "STEPS_PER_EXECUTION",
    "TARGETS",
    "NegativeSampler",
    "as_inputs",
    "fit",
    "hardest",
    "predict",
    "set_seed",
]
