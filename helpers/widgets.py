"""Pick a film or a user with the mouse, or rate films, and see the result at once.

A picker needs a running kernel: a stored notebook and the web show nothing in its place. So a
lesson takes the film from a parameter, shows the table or figure for it, and adds the picker as
the last line of a cell tagged ``nbval-ignore-output``. It never waits for anybody: an unattended
run shows the result for the first value and continues.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers.errors import CourseError, ParameterError

if TYPE_CHECKING:
    import ipywidgets


def pick_title(
    titles: Iterable[str],
    on_pick: Callable[[str], Any],
    *,
    value: str | None = None,
    label: str = "Film",
) -> ipywidgets.VBox:
    """A text field that completes titles; below it, the result for its title.

    Args:
        titles: what it completes; any other text reaches ``on_pick`` too.
        on_pick: takes the title, returns a DataFrame or text. A ``CourseError`` that it raises
            is shown instead of the result, so a misspelt title gets the nearest ones.
        value: the title to begin with; the first if None.
        label: the text before the field.

    Raises:
        ParameterError: there is no title.

    Example:
        >>> picker = pick_title(["Heat", "Fargo"], lambda title: f"{title}: 5 stars", value="Fargo")
        >>> picker.children[1].value
        '<pre>Fargo: 5 stars</pre>'
    """
    import ipywidgets

    names = [str(title) for title in titles]
    if not names:
        raise ParameterError("There are no titles to pick from.")
    field = ipywidgets.Combobox(
        options=tuple(dict.fromkeys(names)),
        value=names[0] if value is None else value,
        description=label,
        ensure_option=False,
        continuous_update=False,
        layout={"width": "28em"},
    )
    return _picker(field, on_pick)


def pick_user(
    user_ids: Iterable[int] | Iterable[str],
    on_pick: Callable[[Any], Any],
    *,
    value: int | str | None = None,
    label: str = "User",
) -> ipywidgets.VBox:
    """A field for the id of a user; below it, the result for that user.

    Args:
        user_ids: all possible ids. If they are numbers, the field stops at the lowest and the
            highest; if they are texts, it completes them.
        on_pick: takes the id, a number or a text as it is, and returns a DataFrame or text. A
            ``CourseError`` that it raises is shown instead of the result.
        value: the id to begin with; the lowest if None.
        label: the text before the field.

    Raises:
        ParameterError: there is no id, or some are numbers and some are not.

    Example:
        >>> picker = pick_user([3, 7, 9], lambda user_id: f"user {user_id}", value=7)
        >>> picker.children[1].value
        '<pre>user 7</pre>'
    """
    import ipywidgets

    given = list(user_ids)
    if not given:
        raise ParameterError("There are no users to pick from.")
    texts = [each for each in given if isinstance(each, str)]
    if len(texts) == len(given):
        return pick_title(texts, on_pick, value=None if value is None else str(value), label=label)
    if texts or not all(isinstance(each, int | np.integer) for each in given):
        raise ParameterError(
            f"User ids are whole numbers or texts, all of one kind: got {given[:3]!r}."
        )
    ids = [int(str(user_id)) for user_id in given]
    low, high = min(ids), max(ids)
    field = ipywidgets.BoundedIntText(
        min=low, max=high, value=low if value is None else int(str(value)), description=label
    )
    return _picker(field, on_pick)


def slide(
    values: Iterable[float],
    on_slide: Callable[[float], Any],
    *,
    value: float | None = None,
    label: str = "value",
) -> ipywidgets.VBox:
    """A slider over a few numbers, above the result for the number that it is at.

    Args:
        values: the numbers that it stops at, in the order of the slider.
        on_slide: takes the number, returns a DataFrame or text; compute what takes long before,
            and look it up here. A ``CourseError`` that it raises is shown in place of the result.
        value: the number to begin with; the first when None.
        label: what stands before the slider.

    Raises:
        ParameterError: there is no number, or ``value`` is not one of them.

    Example:
        >>> slider = slide([0, 0.1, 0.5], lambda price: f"{price:g} per number", value=0.1)
        >>> slider.children[1].value
        '<pre>0.1 per number</pre>'
    """
    import ipywidgets

    stops = [float(stop) for stop in values]
    if not stops:
        raise ParameterError("There are no values to slide over.")
    if value is not None and float(value) not in stops:
        raise ParameterError(f"value = {value} is not one of the values {stops}.")
    field = ipywidgets.SelectionSlider(
        options=[(f"{stop:g}", stop) for stop in stops],
        value=stops[0] if value is None else float(value),
        description=label,
        layout={"width": "28em"},
    )
    return _picker(field, on_slide)


def rate_titles(
    titles: Iterable[str],
    on_rate: Callable[[dict[str, float]], Any],
    *,
    values: Mapping[str, float] | None = None,
    stars: Iterable[float] = (1, 2, 3, 4, 5),
) -> ipywidgets.VBox:
    """One row per film for its stars; below them, the result for all stars given.

    Args:
        titles: the films, each once; each begins as "not seen".
        on_rate: takes stars by title, without the films that were not seen, and returns a
            DataFrame or text. A ``CourseError`` that it raises is shown instead of the result.
        values: stars to begin with, by title.
        stars: the possible stars.

    Raises:
        ParameterError: there is no title, one occurs twice, or ``values`` has other titles.

    Example:
        >>> box = rate_titles(["Heat", "Fargo"], str, values={"Fargo": 5})
        >>> box.children[-1].value
        '<pre>{&#x27;Fargo&#x27;: 5.0}</pre>'
    """
    import ipywidgets

    names, said = [str(title) for title in titles], dict(values or {})
    if not names or len(set(names)) < len(names):
        raise ParameterError("There must be titles to rate, each only once.")
    if set(said) - set(names):
        raise ParameterError(f"There are stars for {sorted(set(said) - set(names))}: not a title.")
    options = [("not seen", None), *((f"{each:g} stars", float(each)) for each in stars)]
    wide = {"layout": {"width": "34em"}, "style": {"description_width": "24em"}}
    rows = [
        ipywidgets.Dropdown(
            options=options,
            value=float(said[name]) if name in said else None,
            description=name,
            **wide,
        )
        for name in names
    ]

    def given() -> Any:
        stars = {name: row.value for name, row in zip(names, rows, strict=True)}
        return on_rate({name: value for name, value in stars.items() if value is not None})

    return _followed(rows, given)


def _picker(field: Any, on_pick: Callable[[Any], Any]) -> ipywidgets.VBox:
    return _followed([field], lambda: on_pick(field.value))


def _followed(fields: list[Any], result: Callable[[], Any]) -> ipywidgets.VBox:
    """The fields above a panel with their result; ``Output`` and ``interact`` can hang a run."""
    import ipywidgets

    panel = ipywidgets.HTML()

    def follow(_change: object = None) -> None:
        try:
            panel.value = _as_html(result())
        except CourseError as error:
            panel.value = _as_html(str(error))

    for field in fields:
        field.observe(follow, names="value")
    follow()
    return ipywidgets.VBox([*fields, panel])


def _as_html(result: Any) -> str:
    if isinstance(result, pd.DataFrame):
        return str(result.to_html(border=0))
    return f"<pre>{html.escape(str(result))}</pre>"
