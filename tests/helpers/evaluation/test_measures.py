import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from helpers.arrays import top_n
from helpers.evaluation.measures import Lists
from helpers.interactions import Interactions


@given(
    st.integers(0, 10_000), st.integers(1, 6), st.floats(0, 1), st.floats(0, 1), st.integers(2, 12)
)
def test_the_popular_films_of_a_user_are_the_first_unseen_ones(seed, k, rated, seen, n_items):
    generator = np.random.default_rng(seed)
    k = min(k, n_items)
    matrix = generator.random((7, n_items)) < rated
    user, item = np.divmod(np.arange(matrix.size), n_items)
    everything = pd.DataFrame({"user_id": user, "movie_id": item, "rating": 1.0})
    train = Interactions.from_frames(everything).subset(matrix.ravel())
    hidden = generator.random((4, n_items)) < seen
    lists = Lists(
        users=np.arange(4),
        ranked=np.zeros((4, k), dtype="int32"),
        stars=sparse.csr_matrix(hidden.shape),
        relevant=sparse.csr_matrix(hidden.shape),
        seen=sparse.csr_matrix(hidden, dtype="float64"),
        auc=np.empty(0),
        train=train,
        k=k,
    )
    counts = np.broadcast_to(matrix.sum(axis=0), hidden.shape)
    np.testing.assert_array_equal(lists.popular, top_n(counts, k, hidden))
