"""Values in a file that holds no code: JSON and arrays, each with its hash.

To unpickle is to run what the file says, so nothing here is pickled. ``values`` writes a value
as a tree of JSON beside numbered arrays, ``tables`` does so for those of pandas, ``kinds`` says how
another class becomes such values, ``container`` puts all into one file and refuses what has been
changed since.
"""

from helpers.storage.container import read, read_about, write
from helpers.storage.kinds import GENERATOR, PATH, Kind, check_name, of_fields
from helpers.storage.values import from_bytes, to_bytes

__all__ = [
    "GENERATOR",
    "PATH",
    "Kind",
    "check_name",
    "from_bytes",
    "of_fields",
    "read",
    "read_about",
    "to_bytes",
    "write",
]
