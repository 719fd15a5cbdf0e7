"""Values in a file that holds no code: JSON and arrays, each with its hash.

To unpickle is to run what the file says, so nothing here is pickled. ``values`` writes a value
as a tree of JSON beside numbered arrays, ``tables`` does so for those of pandas, ``container``
puts both into one file and refuses what has been changed since.
"""

from helpers.storage.container import read, read_about, write
from helpers.storage.values import (
    Kind,
    check_name,
    from_bytes,
    of_fields,
    to_bytes,
)

__all__ = [
    "Kind",
    "check_name",
    "from_bytes",
    "of_fields",
    "read",
    "read_about",
    "to_bytes",
    "write",
]
