"""A picker shows the result at once, follows the field, and never raises at a misspelt title."""

import numpy as np
import pandas as pd
import pytest

from helpers import widgets
from helpers.errors import ParameterError, UnknownItemError

TITLES = ["Heat", "Fargo", "Heat"]


def describe(title):
    if title not in TITLES:
        raise UnknownItemError(f"No film is called {title!r}. The nearest is 'Heat' & co.")
    return f"{title}: <5 stars>"


def test_the_first_title_is_shown_at_once():
    field, panel = widgets.pick_title(TITLES, describe).children
    assert field.value == "Heat"
    assert panel.value == "<pre>Heat: &lt;5 stars&gt;</pre>"


def test_titles_are_offered_once_each():
    field, _panel = widgets.pick_title(TITLES, describe).children
    assert field.options == ("Heat", "Fargo")


def test_the_result_follows_the_field():
    field, panel = widgets.pick_title(TITLES, describe, value="Fargo").children
    assert "Fargo" in panel.value
    field.value = "Heat"
    assert "Heat" in panel.value


def test_a_misspelt_title_gets_the_message_of_the_error_as_text():
    field, panel = widgets.pick_title(TITLES, describe).children
    field.value = "Haet"
    assert "&#x27;Haet&#x27;" in panel.value
    assert "&amp; co." in panel.value


def test_a_mistake_in_the_lesson_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        widgets.pick_title(TITLES, lambda title: 1 / 0)


def test_a_table_is_shown_as_a_table_with_its_text_escaped():
    table = pd.DataFrame({"title": ["<b>Heat</b>"]})
    _field, panel = widgets.pick_title(TITLES, lambda title: table).children
    assert "<table" in panel.value
    assert "&lt;b&gt;Heat" in panel.value


def test_a_user_is_picked_by_id_within_the_range():
    field, panel = widgets.pick_user(pd.Series([7, 3, 9]), lambda user_id: user_id + 1).children
    assert (field.value, panel.value) == (3, "<pre>4</pre>")
    field.value = 100
    assert (field.value, panel.value) == (9, "<pre>10</pre>")


@pytest.mark.parametrize("pick", [widgets.pick_title, widgets.pick_user])
def test_nothing_to_pick_from_is_an_error(pick):
    with pytest.raises(ParameterError, match="to pick from"):
        pick([], str)


def stars_of(given):
    if "Haet" in given:
        raise UnknownItemError("No film is called 'Haet'.")
    return f"{len(given)} rated: {given}"


def test_the_result_follows_every_film_that_is_rated():
    first, second, panel = widgets.rate_titles(["Heat", "Fargo"], stars_of).children
    assert panel.value.startswith("<pre>0 rated")
    second.value = 4.0
    assert "1 rated: {&#x27;Fargo&#x27;: 4.0}" in panel.value
    first.value = 1.0
    assert "2 rated" in panel.value
    second.value = None
    assert "1 rated: {&#x27;Heat&#x27;: 1.0}" in panel.value


def test_ratings_to_begin_with_are_heard_at_once():
    *fields, panel = widgets.rate_titles(["Heat", "Haet"], stars_of, values={"Haet": 2}).children
    assert [field.value for field in fields] == [None, 2.0]
    assert "No film is called" in panel.value


@pytest.mark.parametrize(
    ("titles", "values"), [([], {}), (["Heat", "Heat"], {}), (["Heat"], {"Fargo": 3})]
)
def test_titles_that_cannot_be_rated(titles, values):
    with pytest.raises(ParameterError):
        widgets.rate_titles(titles, stars_of, values=values)


def test_a_slider_stops_at_the_numbers_given_and_shows_each():
    slider = widgets.slide([0, 0.1, 0.5], lambda price: pd.DataFrame({"λ": [price]}), value=0.1)
    field, panel = slider.children
    assert "0.1" in panel.value
    field.value = 0.5
    assert "0.5" in panel.value and "table" in panel.value


@pytest.mark.parametrize(("values", "value"), [([], None), ([1, 2], 3)])
def test_a_slider_needs_numbers_and_a_start_among_them(values, value):
    with pytest.raises(ParameterError):
        widgets.slide(values, str, value=value)


def test_ids_that_are_text_stay_text():
    picker = widgets.pick_user(["007", "008"], repr, value="008")
    assert "&#x27;008&#x27;" in picker.children[1].value
    assert "&#x27;7&#x27;" in widgets.pick_user(["7", "u1"], repr).children[1].value
    with pytest.raises(ParameterError, match="all of one kind"):
        widgets.pick_user([7, "u1"], repr)
    assert "<pre>3</pre>" in widgets.pick_user(np.array([3, 7]), str).children[1].value
