"""Work on the rows of a matrix, whatever they mean: centre, scale, pick the largest.

- ``rows``: sparse rows centred and scaled; the k largest values of each dense row
- ``top_n``: the n best items of many rows of scores, best first
"""

from helpers.arrays.rows import centre_columns, centre_rows, largest
from helpers.arrays.top_n import top_n

__all__ = ["centre_columns", "centre_rows", "largest", "top_n"]
