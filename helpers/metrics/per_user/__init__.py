"""One value per user instead of the mean: intervals and paired comparisons resample them.

The functions have the names and arguments of those in ``helpers.metrics``. A user without a value
(no relevant item, an empty list) has NaN.

Example:
    >>> import numpy as np
    >>> recall_at_k(np.array([[0, 1], [2, 3]]), np.array([[1, 0, 1, 0], [0, 0, 0, 0]]), 2)
    array([0.5, nan])
"""

from helpers.metrics.per_user.accuracy import (
    auc,
    auc_of_ranking,
    graded_ndcg_at_k,
    hit_rate_at_k,
    map_at_k_over_min,
    map_at_k_over_relevant,
    mrr_at_k,
    ndcg_at_k,
    precision_at_k,
    recall_at_k,
    serendipity_at_k,
)
from helpers.metrics.per_user.lists import (
    genre_calibration_at_k,
    intra_list_diversity_at_k,
    novelty_at_k,
    popularity_lift_at_k,
    popularity_of_lists,
)

__all__ = [
    "auc",
    "auc_of_ranking",
    "genre_calibration_at_k",
    "graded_ndcg_at_k",
    "hit_rate_at_k",
    "intra_list_diversity_at_k",
    "map_at_k_over_min",
    "map_at_k_over_relevant",
    "mrr_at_k",
    "ndcg_at_k",
    "novelty_at_k",
    "popularity_lift_at_k",
    "popularity_of_lists",
    "precision_at_k",
    "recall_at_k",
    "serendipity_at_k",
]
