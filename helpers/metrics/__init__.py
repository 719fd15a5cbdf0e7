"""How good predictions and rankings are: metrics on arrays, over all users at once.

Ranking metrics take lists of item indices, so ties are broken before they come here: ``top_n``
and every recommender put the lower index first. ``auc`` takes scores and counts a tie half.
Means are over users with at least one relevant item; ``helpers.metrics.per_user`` has the same
functions with one value per user.

Example:
    Three users and five films. A has two relevant films and finds both in the first two places; B
    has three and finds one in second place; C has one, in third place.

    >>> import numpy as np
    >>> ranked = np.array([[0, 1, 2, 3, 4], [4, 2, 3, 0, 1], [3, 4, 2, 0, 1]])
    >>> relevant = np.array([[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 0, 0]])
    >>> for metric in (precision_at_k, recall_at_k, hit_rate_at_k, mrr_at_k,
    ...                map_at_k_over_min, map_at_k_over_relevant, ndcg_at_k):
    ...     each = getattr(per_user, metric.__name__)(ranked, relevant, 2).round(4).tolist()
    ...     print(f"{metric.__name__:22}  {metric(ranked, relevant, 2):.4f}  {each}")
    precision_at_k          0.5000  [1.0, 0.5, 0.0]
    recall_at_k             0.4444  [1.0, 0.3333, 0.0]
    hit_rate_at_k           0.6667  [1.0, 1.0, 0.0]
    mrr_at_k                0.5000  [1.0, 0.5, 0.0]
    map_at_k_over_min       0.4167  [1.0, 0.25, 0.0]
    map_at_k_over_relevant  0.3889  [1.0, 0.1667, 0.0]
    ndcg_at_k               0.4623  [1.0, 0.3869, 0.0]
    >>> per_user.auc_of_ranking(ranked, relevant).round(4).tolist()
    [1.0, 0.1667, 0.5]
"""

from helpers.metrics import per_user
from helpers.metrics.beyond_accuracy import (
    catalogue_coverage_at_k,
    genre_calibration_at_k,
    gini_of_exposure_at_k,
    intra_list_diversity_at_k,
    novelty_at_k,
    popularity_lift_at_k,
    serendipity_at_k,
)
from helpers.metrics.ranking import (
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
)
from helpers.metrics.ratings import mae, mape, rmse

__all__ = [
    "auc",
    "auc_of_ranking",
    "catalogue_coverage_at_k",
    "genre_calibration_at_k",
    "gini_of_exposure_at_k",
    "graded_ndcg_at_k",
    "hit_rate_at_k",
    "intra_list_diversity_at_k",
    "mae",
    "map_at_k_over_min",
    "map_at_k_over_relevant",
    "mape",
    "mrr_at_k",
    "ndcg_at_k",
    "novelty_at_k",
    "per_user",
    "popularity_lift_at_k",
    "precision_at_k",
    "recall_at_k",
    "rmse",
    "serendipity_at_k",
]
