"""What crosses from a submission to the grader: plain values, written down, never pickled.

To unpickle is to run what the sender wishes. This is a small set of kinds in JSON instead: a
receiver builds numbers, text, arrays and tables from it, and nothing else.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from helpers.checks.drawings import Drawing

MOST_BYTES = 16 * 2**20
DEEPEST = 20
LONGEST_NAME = 200
DTYPE = re.compile(r"[<>|=]?[biufcSUmM]\d{1,6}(\[\d*[A-Za-z]{1,2}\])?")
PLAIN_KINDS = "biufcSUmM"


class WireError(ValueError):
    """What arrived is not what this module writes."""


@dataclass(frozen=True)
class Other:
    """A value that does not cross, such as a model. Only its type and its repr have come."""

    type_name: str
    text: str

    def __repr__(self) -> str:
        return f"a {self.type_name}"


def write(value: Any, keep: Callable[[Any], int] = id) -> str:
    """The value as one line of JSON.

    Args:
        value: any object at all.
        keep: takes a function that is part of the value; returns the number to call it by.
    """
    text = json.dumps(_encoded(value, keep, 0))
    return text if len(text) <= MOST_BYTES else json.dumps(["too large"])


def read(text: str | bytes, function: Callable[[int, str], Any] | None = None) -> Any:
    """The value that ``write`` has written.

    Args:
        text: one line, which may come from anybody.
        function: makes something callable of a function's number and name.

    Raises:
        WireError: the value was too large, or the line is nothing that ``write`` writes.

    Example:
        >>> import numpy as np
        >>> read(write({"stars": (4, 5.0, None), "all": ...}))
        {'stars': (4, 5.0, None), 'all': Ellipsis}
        >>> read(write(np.arange(6).reshape(2, 3))).shape
        (2, 3)
    """
    try:
        return _decoded(json.loads(text), function)
    except WireError:
        raise
    # Whatever a stranger may send: numbers of a million digits, a thousand brackets, no type.
    except (ValueError, TypeError, KeyError, OverflowError, MemoryError, RecursionError) as error:
        raise WireError(f"What was handed in cannot be read ({type(error).__name__}).") from error


def _encoded(value: Any, keep: Callable[[Any], int], depth: int) -> Any:
    if value is None or type(value) in (bool, int, float, str):
        return value

    def inner(part: Any) -> Any:
        return _encoded(part, keep, depth + 1)

    encoded: Any = _other(value)
    if value is ...:
        encoded = ["..."]
    elif depth > DEEPEST:
        pass
    elif isinstance(value, list | tuple | set | frozenset):
        kind = "list" if isinstance(value, list) else "tuple" if isinstance(value, tuple) else "set"
        encoded = [kind, [inner(part) for part in value]]
    elif isinstance(value, dict):
        encoded = ["dict", [[inner(key), inner(part)] for key, part in value.items()]]
    elif _is_a(value, "pandas", "DataFrame"):
        columns = [value.iloc[:, place].to_numpy() for place in range(value.shape[1])]
        encoded = ["frame", list(map(inner, value.columns)), list(map(inner, columns))]
    elif _is_a(value, "pandas", "Series", "Index"):
        encoded = ["series", inner(value.to_numpy())]
    elif callable(value) and not isinstance(value, type):
        name = str(getattr(value, "__name__", "function"))
        encoded = ["function", keep(value), name[:LONGEST_NAME]]
    elif shown := _drawn(value):
        encoded = ["figure", [inner(part) for part in shown]]
    elif _is_a(value, "numpy", "ndarray", "generic") or hasattr(value, "__array__"):
        import numpy as np

        encoded = _array(np.asarray(value), inner, value)
    return encoded


def _drawn(value: Any) -> list[Any]:
    """What a figure shows, as ``helpers.checks.drawings`` reads it; nothing of any other value."""
    if "matplotlib.figure" not in sys.modules:
        return []
    from matplotlib.artist import Artist

    if not isinstance(value, Artist):
        return []
    from helpers.checks.drawings import drawings

    return [
        (
            *(each.title, each.labels, each.scales, each.texts),
            [(series.kind, series.name, series.points) for series in each.series],
        )
        for each in drawings(value)
    ]


def _is_a(value: Any, module: str, *names: str) -> bool:
    """Whether a value is of one of these types; where nobody has loaded their module, none is."""
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(value, tuple(getattr(loaded, n) for n in names))


def _array(array: np.ndarray, inner: Callable[[Any], Any], value: Any) -> Any:
    import numpy as np

    if array.dtype.kind in PLAIN_KINDS:
        content = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
        return ["array", array.dtype.str, list(array.shape), content]
    if array.dtype.kind == "O" and isinstance(value, np.ndarray):
        return ["objects", list(array.shape), [inner(part) for part in array.ravel().tolist()]]
    return _other(value)


def _other(value: Any) -> Any:
    try:
        text = repr(value)[:LONGEST_NAME]
    except Exception:
        text = ""
    return ["other", type(value).__name__[:LONGEST_NAME], text]


def _decoded(found: Any, function: Callable[[int, str], Any] | None) -> Any:
    if not isinstance(found, list):
        if isinstance(found, dict):
            raise WireError("A bare mapping is nothing that is handed in.")
        return found

    def inner(part: Any) -> Any:
        return _decoded(part, function)

    kind, *rest = found
    if kind == "too large":
        raise WireError("The answer is too large to be handed in.")
    if kind in ("list", "tuple", "set"):
        return {"list": list, "tuple": tuple, "set": set}[kind](map(inner, *rest))
    if kind in ("other", "function"):
        number, name = rest
        if kind == "function" and function is not None:
            return function(int(number), str(name))
        return Other(str(number), str(name))
    builders: dict[str, Callable[..., Any]] = {
        "...": lambda: ...,
        "dict": lambda pairs: {inner(key): inner(part) for key, part in pairs},
        "frame": lambda names, columns: _frame(
            *([inner(p) for p in ps] for ps in (names, columns))
        ),
        "series": lambda values: _series(inner(values)),
        "figure": lambda *parts: [_drawing(*inner(part)) for part in parts[0]],
        "array": _plain_array,
        "objects": lambda shape, parts: _object_array(shape, [inner(part) for part in parts]),
    }
    if kind not in builders:
        raise WireError(f"Nothing is called {str(kind)[:LONGEST_NAME]!r}.")
    return builders[kind](*rest)


def _drawing(title: Any, labels: Any, scales: Any, texts: Any, series: Any) -> Drawing:
    import numpy as np

    from helpers.checks.drawings import Drawing, Series

    (across, up), (along, aside) = labels, scales
    return Drawing(
        title=str(title),
        labels=(str(across), str(up)),
        scales=(str(along), str(aside)),
        texts=tuple(map(str, texts)),
        series=tuple(
            Series(str(kind), str(name), np.asarray(points, dtype=float).reshape(-1, 2))
            for kind, name, points in series
        ),
    )


def _series(values: Any) -> pd.Series:
    import pandas as pd

    return pd.Series(values)


def _object_array(shape: list[int], parts: list[Any]) -> np.ndarray:
    import numpy as np

    array = np.empty(len(parts), dtype=object)
    for place, part in enumerate(parts):
        array[place] = part
    return array.reshape(shape)


def _plain_array(dtype: str, shape: list[int], content: str) -> Any:
    if not DTYPE.fullmatch(dtype):
        raise WireError("An array of a kind that is not handed in.")
    import numpy as np

    array = np.frombuffer(base64.b64decode(content), dtype=dtype).reshape(shape).copy()
    return array if shape else array[()]


def _frame(names: list[Any], columns: list[Any]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(dict(enumerate(columns)))
    frame.columns = pd.Index(names, dtype=object)
    return frame
