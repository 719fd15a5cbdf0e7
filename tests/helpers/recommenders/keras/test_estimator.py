import subprocess
import sys

FOUR_FITS = """
from helpers.data import load
from helpers.interactions import Interactions
from helpers.recommenders import MatrixFactorization
from helpers.splits import per_user_split

split = per_user_split(Interactions.from_dataset(load("simulated")))
for seed in range(4):
    MatrixFactorization(4, epochs=4, random_state=seed).fit(split.train, split.validation)
"""


def test_fitting_several_models_is_not_taken_for_retracing():
    """In a fresh process: TensorFlow counts the calls of all models together, and warns twice."""
    done = subprocess.run(
        [sys.executable, "-c", FOUR_FITS], capture_output=True, check=True, text=True
    )
    assert "retracing" not in done.stderr
