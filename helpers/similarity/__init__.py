"""How similar the rows of a sparse matrix are: cosine, Pearson, adjusted cosine.

Rows are compared with rows, as in scikit-learn: pass ``interactions.matrix()`` to compare users
and its transpose to compare films. A stored entry is a rating, even if its value is 0 (a centred
rating can be 0); an entry that is not stored is unknown. The work goes block by block on several
threads. No dense array holds more than ``products.DENSE_VALUES`` numbers, even with very many
rows.

Every function has three ways to distrust a similarity that is based on few ratings:

- ``shrinkage`` λ multiplies it by n / (n + λ), with n the number of columns that both rows
  have rated (Bell and Koren 2007; Koren 2008, with λ = 100);
- ``min_overlap`` drops it if n is smaller;
- ``top_k`` keeps the k largest of each row, positive ones only and never the row itself.
"""

from helpers.similarity.measures import (
    adjusted_cosine,
    cosine,
    overlap,
    pearson,
    pearson_zero_filled,
)

__all__ = [
    "adjusted_cosine",
    "cosine",
    "overlap",
    "pearson",
    "pearson_zero_filled",
]
