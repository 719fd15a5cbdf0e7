"""How alike the rows of a sparse matrix are: cosine, Pearson, adjusted cosine.

Rows are compared with rows, as in scikit-learn: pass ``interactions.matrix()`` to compare users
and its transpose to compare films. An entry that is stored is a rating, even where its value is 0
(a centred rating can be); an entry that is not stored is unknown. The work goes block by block on
several threads. No dense array holds more than ``products.DENSE_VALUES`` numbers, however many
rows there are.

Every function knows three ways to distrust a similarity that rests on little:

- ``shrinkage`` λ multiplies it by n / (n + λ), where n is the number of columns that both rows
  have rated (Bell and Koren 2007; Koren 2008, with λ = 100);
- ``min_overlap`` drops it where n is smaller;
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
