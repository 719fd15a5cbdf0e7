"""Every row that a reader accepts is a row of the slow reader, and every other line is listed.

``COURSE_FUZZ_LINES=500000`` spoils as many lines as that; a few thousand otherwise.
"""

import io
import os
import random
import warnings
import zipfile

import numpy as np
import pytest

from helpers.data import Dataset, load
from helpers.errors import BadLineError, CourseWarning, DataError
from slow_reader import FILES, data_set
from spoiling import spoilt

LINES = int(os.environ.get("COURSE_FUZZ_LINES", "4000"))
LAYOUTS = tuple(FILES)
# Mostly clean files take the fast way, mostly spoilt ones the careful way.
RATES = (0.0, 0.003, 0.05, 0.5, 1.0)


def told(dataset: Dataset) -> tuple[list, list, list | None, dict[str, list[int]]]:
    """A data set as the slow reader tells it."""
    ratings = list(dataset.ratings.itertuples(index=False, name=None))
    films = list(dataset.movies.itertuples(index=False, name=None))
    users = dataset.users
    people = None if users is None else list(users.itertuples(index=False, name=None))
    bad: dict[str, list[int]] = {}
    for file, line in zip(dataset.rejected["file"], dataset.rejected["line"], strict=True):
        bad.setdefault(file, []).append(line)
    return ratings, films, people, bad


def expected(files: dict[str, bytes], layout: str) -> tuple[list, list, list | None, dict]:
    found = data_set(files, layout)
    ratings, films, users = FILES[layout]
    rows = [(user, film, np.float32(stars), time) for user, film, stars, time in found[ratings][0]]
    bad = {name: lines for name, (_, lines) in found.items() if lines}
    return rows, found[films][0], found[users][0] if users in found else None, bad


# Spoilt times may lie in the far future, of which the reader warns before it counts bad lines.
@pytest.mark.filterwarnings("ignore:.*too late for seconds")
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("packed", [False, True])
def test_every_accepted_row_is_one_of_the_slow_reader(tmp_path, layout, packed):
    spoils = 0
    chance = random.Random(f"{layout} {packed}")
    while spoils < LINES // (2 * len(LAYOUTS)):
        rate = chance.choice(RATES)
        lines = chance.choice([1, 10, 150])
        files = spoilt(chance, layout, lines, rate)
        spoils += round(lines * len(files) * rate)
        source = pack(files) if packed else None
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        if source is not None:
            (tmp_path / "all.zip").write_bytes(source)
        path = tmp_path / "all.zip" if packed else tmp_path
        wanted = expected(files, layout)
        if not wanted[0] and FILES[layout][0] not in wanted[3]:
            with pytest.raises(DataError, match="holds no rating"):
                load(path)
            continue
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            dataset = load(path, on_bad_line="skip")
        caught = [each for each in caught if "too late for seconds" not in str(each.message)]
        assert told(dataset) == wanted
        # Lenient is never silent, and strict never lets a line go.
        assert [warning.category for warning in caught] == [CourseWarning] * bool(wanted[3])
        if wanted[3]:
            counted = sum(map(len, wanted[3].values()))
            assert f"Left out: {counted:,} line" in str(caught[0].message)
            with pytest.raises(BadLineError, match=f"^{counted:,} line"):
                load(path)


def pack(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"ml/{name}", content)
    return packed.getvalue()
