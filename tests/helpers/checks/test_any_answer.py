"""Whatever a learner hands in: an answer in one line of words, and never a traceback."""

import asyncio
import re
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import plots
from helpers.checks import array, choice, core, figure, frame, function, number

SECRET = 8128.25
TABLE = pd.DataFrame({"film": ["A", "B"], "mean": [SECRET, 4.0]})
ZEROS = TABLE.assign(mean=0.0)
WORDS = {"right": "Yes.", "hints": ["Think.", "Think again."]}


def exercises():
    return {
        "number": number(SECRET, **WORDS),
        "array": array([SECRET, 2.0], **WORDS),
        "choice": choice("b", right="Yes.", wrong={"a": "No.", "c": "No."}),
        "function": function(lambda x: SECRET * np.asarray(x), [(2.0,), (np.ones(3),)], **WORDS),
        "frame": frame(TABLE, **WORDS),
        "unordered": frame(TABLE, ordered=False, **WORDS),
        "figure": figure(TABLE[["mean"]], labels={"x": ["film"], "y": ["stars"]}, **WORDS),
    }


KINDS = list(exercises())


class Hostile:
    """Everything that can be asked of it fails."""

    def _fail(self, *_arguments, **_options):
        raise RuntimeError("Leave me alone.")

    __eq__ = __ne__ = __lt__ = __bool__ = __len__ = __iter__ = __getitem__ = __contains__ = _fail
    __float__ = __int__ = __index__ = __array__ = __call__ = __str__ = __repr__ = _fail
    __hash__ = __deepcopy__ = __copy__ = __format__ = _fail

    def __getattr__(self, _name):
        raise RuntimeError("Leave me alone.")


class HostileError(Exception):
    def __str__(self):
        raise RuntimeError("Not even this.")


class Quitting(BaseException):
    pass


class Endless(list):
    def __iter__(self):
        raise Quitting


def boxed(value):
    box = np.empty(1, dtype=object)
    box[0] = value
    return box


def nested(depth):
    answer = []
    for _ in range(depth):
        answer = [answer]
    return answer


def itself():
    answer = []
    answer.append(answer)
    return answer


def raising(error):
    def answer(*_arguments):
        raise error

    return answer


def spoiling(x):
    x *= 0
    return x


def recursive(x):
    return recursive(x)


async def asynchronous(_x):
    await asyncio.sleep(0)


def odd_figures():
    empty, _ = plots.canvas("Empty")
    text, axes = plots.canvas("Text")
    axes.plot(["a", "b"], [1, 2])
    dates, axes = plots.canvas("Dates")
    axes.plot(pd.to_datetime(["2026-01-01", "2026-01-02"]), [np.nan, np.inf])
    panels, several = plots.canvas("Panels", nrows=2)
    round_, _ = plots.canvas("Round", subplot_kw={"projection": "polar"})
    return [empty, text, dates, axes, axes.lines, axes.xaxis, panels, several, round_]


ABSURD = [
    *(None, ..., NotImplemented, True, "", "8128", "\udcff", b"x", 3.5j, 10**400, -0.0),
    *(float("nan"), float("inf"), [], (), {}, set(), range(3), iter([1]), object(), int, Hostile()),
    *([Hostile()], {"a": Hostile()}, boxed(Hostile()), Endless([1])),
    *(nested(5_000), itself(), [..., 1], (x for x in [1]), sys, re.compile("x"), type("A", (), {})),
    *(np.zeros(10**7), np.zeros((0, 3)), np.array("x"), np.array(["2026"], "M8[D]"), np.ma.masked),
    *(np.ma.array([1.0], mask=[True]), np.zeros(2, dtype="f4,i4"), np.zeros((1,) * 30)),
    *(np.bool_(True), np.timedelta64(3, "s"), pd.NA, pd.NaT),
    *(pd.Series(dtype=float), pd.Index(["a"])),
    *(pd.DataFrame(), TABLE.T, TABLE["mean"], TABLE.set_index(["film", "mean"]), TABLE.iloc[:0]),
    *(pd.DataFrame([[1, 2, 3]], columns=["mean", "mean", "film"]), ZEROS.set_axis([1, 1])),
    *(pd.DataFrame(np.ones((2, 2)), columns=pd.MultiIndex.from_product([["film"], ["a", "b"]])),),
    *(pd.DataFrame({"film": boxed(pd.NA), "mean": boxed(Hostile())}),),
    *(TABLE.assign(film=pd.Categorical(["A", "B"]), mean=pd.array([1, None], dtype="Int8")),),
    *(TABLE.groupby("film"), ZEROS.set_index(pd.to_datetime(["2026", None])), TABLE.style),
    *(lambda: 1, lambda x: ..., lambda x: None, lambda *_, **__: Hostile(), lambda x, y: 1, print),
    *(raising(ValueError("\udcff")), raising(HostileError()), raising(SystemExit(3)), spoiling),
    *(raising(Quitting()), raising(StopIteration()), recursive, np.linalg.svd, dict.get, Hostile),
    *(lambda x: (y for y in [x]), lambda x: str(x) * 10**6, lambda x: np.zeros(10**6), len, map),
    *(lambda x: {"a": x}, lambda x: TABLE, lambda x: [x, [x]], lambda x: pd.NA, lambda x: x / 0),
]


def answered(capsys):
    lines = capsys.readouterr().out
    assert "✗ Not yet. " in lines or "… Not attempted yet" in lines
    assert "Traceback" not in lines and "0x" not in lines
    assert str(SECRET)[:4] not in lines.replace("'8128'", "")
    assert len(lines) < 1_500


@pytest.mark.filterwarnings("ignore:divide by zero|invalid value:RuntimeWarning")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", range(len(ABSURD)))
def test_an_absurd_answer_gets_a_sentence(kind, place, capsys):
    exercises()[kind](ABSURD[place])
    answered(capsys)


@pytest.mark.parametrize("kind", KINDS)
def test_an_odd_figure_gets_a_sentence(kind, capsys):
    for answer in odd_figures():
        exercises()[kind](answer)
        answered(capsys)


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.binary()
    | st.dates()
    | st.decimals()
    | st.fractions()
    | st.just(...)
)
ARRAYS = st.builds(
    lambda shape, kind: np.zeros(shape, dtype=kind),
    st.lists(st.integers(0, 3), max_size=4),
    st.sampled_from(["f8", "f2", "i1", "?", "c16", "U3", "S2", "M8[s]", "O", "f8,i4"]),
)
VALUES = st.recursive(
    PLAIN | ARRAYS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=3)
    ),
    max_leaves=12,
)
COLUMNS = st.lists(st.sampled_from(["film", "mean", "x", 0, None]), min_size=1, max_size=4)
CELLS = st.none() | st.floats() | st.integers() | st.text(max_size=3) | st.just(pd.NA)


@st.composite
def frames(draw):
    columns, rows = draw(COLUMNS), draw(st.integers(0, 3))
    cells = [[draw(CELLS) for _ in columns] for _ in range(rows)]
    table = pd.DataFrame(cells, columns=pd.Index(columns, dtype=object), dtype=object)
    return table.set_axis(draw(st.lists(CELLS, min_size=rows, max_size=rows)))


FUNCTIONS = st.builds(lambda value: lambda *_arguments: value, VALUES)


@pytest.mark.parametrize("kind", KINDS)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(answer=VALUES | frames() | FUNCTIONS)
def test_any_answer_gets_a_sentence(kind, answer, capsys):
    exercises()[kind](answer)
    heard = capsys.readouterr().out
    assert heard.startswith(("✗ Not yet. ", "… Not attempted yet", "✓ Yes."))


@pytest.mark.filterwarnings("ignore:coroutine:RuntimeWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_coroutine_is_no_number(capsys):
    exercises()["function"](asynchronous)
    assert "it returned a coroutine" in capsys.readouterr().out


def test_a_function_does_not_change_the_cases(capsys):
    exercise = exercises()["function"]
    exercise(spoiling)
    exercise(lambda x: SECRET * x, strict=True)


@pytest.fixture
def little_time(monkeypatch):
    monkeypatch.setattr(core, "SECONDS", 0.2)


def loops(_x):
    while True:
        pass


class LoopingArray:
    def __array__(self, *_arguments, **_options):
        return loops(1)


@pytest.mark.parametrize(("kind", "answer"), [("function", loops), ("number", LoopingArray())])
def test_an_endless_loop_is_stopped(kind, answer, little_time, capsys):
    exercises()[kind](answer)
    assert "ran for 0.2 s and was stopped" in capsys.readouterr().out


def test_the_stop_button_still_stops(capsys):
    with pytest.raises(KeyboardInterrupt):
        exercises()["function"](raising(KeyboardInterrupt()))
