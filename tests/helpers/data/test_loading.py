import hashlib
import os
import shutil
import socket
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest

from helpers.data import load, path
from helpers.data.catalogue import CATALOGUE
from helpers.errors import (
    AlteredDataError,
    BadLineError,
    CourseError,
    CourseWarning,
    MissingDataError,
    UnknownDatasetError,
)
from helpers.interactions import Interactions

REAL = Path(os.environ.get("COURSE_REAL_DATA", ""))


def real(archive: str) -> pytest.MarkDecorator:
    there = bool(os.environ.get("COURSE_REAL_DATA")) and (REAL / archive).is_file()
    return pytest.mark.skipif(not there, reason=f"COURSE_REAL_DATA holds no {archive}")


@pytest.fixture(scope="module")
def embedded():
    return load("movielens-small")


def test_movielens_small_is_the_edition_of_october_2016(embedded):
    ratings, movies = embedded.ratings, embedded.movies
    assert len(ratings) == 100_004
    assert ratings["user_id"].nunique() == 671
    assert ratings["movie_id"].nunique() == len(movies) == 9_066
    assert sorted(ratings["rating"].unique()) == [step / 2 for step in range(1, 11)]
    assert embedded.rating_scale == (0.5, 5)
    assert ratings["rating"].mean() == pytest.approx(3.5436, abs=5e-5)
    dates = pd.to_datetime(ratings["timestamp"], unit="s")
    assert (str(dates.min())[:10], str(dates.max())[:10]) == ("1995-01-09", "2016-10-16")
    assert ratings.groupby("user_id").size().min() == 20
    pairs = ratings[["user_id", "movie_id"]]
    pd.testing.assert_frame_equal(pairs, pairs.sort_values(["user_id", "movie_id"]))


def test_movielens_small_has_sane_titles_and_genres(embedded):
    movies = embedded.movies.set_index("movie_id")
    titles = movies["title"]
    assert titles[1] == "Toy Story (1995)"
    assert titles[2997] == "Being John Malkovich (1999)"
    assert titles[4973] == "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)"
    assert titles[51372] == '"Great Performances" Cats (1998)'
    assert titles[32898] == "Trip to the Moon, A (Voyage dans la lune, Le) (1902)"
    years = titles.str.extract(r"\((\d{4})\)$")[0].dropna().astype(int)
    assert set(titles.index) - set(years.index) == {108548, 108583, 143410, 151307, 162376}
    assert years.between(1902, 2016).all()
    assert not titles.str.contains("\ufffd|Ã|\\s$", regex=True).any()
    assert (movies["genres"] == "").sum() == 17
    genres = set("|".join(movies["genres"]).split("|")) - {""}
    assert len(genres) == 19
    assert {"Film-Noir", "Sci-Fi", "Children", "IMAX"} <= genres


def test_the_catalogue_counts_the_embedded_sets_right():
    for entry in CATALOGUE.values():
        if entry.embedded:
            dataset = load(entry.name)
            assert len(dataset.ratings) == entry.ratings
            assert dataset.rating_scale == entry.rating_scale


def test_the_simulated_set_has_what_lessons_need():
    dataset = load("simulated")
    titles = dataset.movies["title"]
    assert titles.str.contains(r"[^\x00-\x7f]").any()
    assert titles.str.len().max() > 80
    assert titles.str.endswith("(1919)").any()
    assert (dataset.movies["genres"] == "").any()
    assert dataset.users is not None
    assert set(dataset.users["gender"]) == {"F", "M"}


def test_the_embedded_set_makes_interactions(embedded):
    interactions = Interactions.from_dataset(embedded)
    assert (interactions.n_users, interactions.n_items) == (671, 9_066)


def test_load_never_opens_a_connection(monkeypatch, data_home):
    monkeypatch.setattr(socket, "socket", lambda *_values, **_named: pytest.fail("a socket"))
    load("movielens-small")
    with pytest.raises(MissingDataError):
        load("ml-1m")
    assert not data_home.exists()


@pytest.fixture
def copied(tmp_path, monkeypatch) -> Path:
    """A copy of the embedded set in the place where load looks for it."""
    folder = tmp_path / "data"
    shutil.copytree(path("movielens-small"), folder / "movielens-small")
    monkeypatch.setattr("helpers.data.locations.embedded_folder", lambda: folder)
    return folder / "movielens-small"


@pytest.mark.parametrize("file", ["ratings.csv", "movies.csv"])
def test_one_changed_byte_of_the_embedded_set_is_seen_at_every_load(copied, file):
    load("movielens-small")
    content = bytearray((copied / file).read_bytes())
    content[1000] ^= 1
    (copied / file).write_bytes(content)
    with pytest.raises(AlteredDataError, match=f"{file} has been altered"):
        load("movielens-small")


def test_a_missing_embedded_set_says_what_to_do(copied):
    shutil.rmtree(copied)
    with pytest.raises(MissingDataError, match="comes with the course"):
        load("movielens-small")


@pytest.mark.parametrize("name", [entry.name for entry in CATALOGUE.values() if not entry.embedded])
def test_a_missing_data_set_says_how_to_get_it(data_home, name):
    with pytest.raises(MissingDataError, match=f"course data get {name}.*pass the path"):
        load(name)


def test_an_unknown_name_gets_the_nearest_names():
    with pytest.raises(UnknownDatasetError, match="movielens-small"):
        load("movielens_small")


@pytest.mark.parametrize("wrong", ["nowhere/ml-1m", "nowhere.zip", "./nowhere", Path("nowhere")])
def test_a_wrong_path_is_named(tmp_path, monkeypatch, wrong):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MissingDataError, match="There is no file or folder nowhere"):
        load(wrong)


@pytest.mark.parametrize("wrong", ["no\\where", "~nobody-of-that-name", "~/nowhere-at-all"])
def test_what_looks_like_a_path_is_taken_for_one(wrong):
    with pytest.raises(MissingDataError, match="There is no file or folder"):
        load(wrong)


def test_a_zip_that_is_none_is_named_and_nobody_is_told_to_delete_it(tmp_path):
    (tmp_path / "ratings.zip").write_text("userId,movieId,rating,timestamp\n")
    with pytest.raises(AlteredDataError, match=r"ratings\.zip is damaged or not a zip") as caught:
        load(tmp_path / "ratings.zip")
    assert "elete" not in str(caught.value)


def test_a_wrong_path_gets_the_nearest_name_in_its_folder(tmp_path):
    (tmp_path / "Ratings.csv").write_text("userId,movieId\n1,2\n")
    with pytest.raises(MissingDataError, match=r"The nearest name there is 'Ratings\.csv'"):
        load(tmp_path / "ratngs.csv")
    with pytest.raises(MissingDataError, match=r"There is 'Ratings\.csv'"):
        load(tmp_path / "x.dat")
    with pytest.raises(MissingDataError, match=r"There is no folder .*mine either"):
        load(tmp_path / "mine" / "ratings.csv")


def test_a_name_that_is_like_none_gets_no_other(tmp_path):
    with pytest.raises(UnknownDatasetError) as caught:
        load("nosuch")
    assert "nearest" not in str(caught.value)


def test_nothing_that_load_says_advises_to_delete_a_file():
    package = Path(__file__).parents[3] / "helpers"
    said = [path for path in package.rglob("*.py") if "Delete it" in path.read_text("utf-8")]
    assert said == []


def zipped(folder: Path, target: Path) -> Path:
    with ZipFile(target, "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"{folder.name}/{file.name}")
    return target


def test_a_folder_and_its_zip_load_alike(write, dat_files, tmp_path):
    folder = write(dat_files, "mine")
    ours = load(folder)
    theirs = load(str(zipped(folder, tmp_path / "mine.zip")))
    assert ours.name.endswith("mine")
    assert theirs.name.endswith("mine.zip")
    pd.testing.assert_frame_equal(ours.ratings, theirs.ratings)
    pd.testing.assert_frame_equal(ours.movies, theirs.movies)
    assert ours.users is not None
    pd.testing.assert_frame_equal(ours.users, theirs.users)


@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_a_truncated_zip_is_named(write, dat_files, tmp_path, kept):
    target = zipped(write(dat_files, "mine"), tmp_path / "mine.zip")
    target.write_bytes(target.read_bytes()[: int(target.stat().st_size * kept)])
    with pytest.raises(AlteredDataError, match=r"mine\.zip is damaged"):
        load(target)


def test_no_altered_bit_gives_other_data_or_a_foreign_error(write, dat_files, tmp_path):
    target = zipped(write(dat_files, "mine"), tmp_path / "mine.zip")
    good, expected = target.read_bytes(), load(target)
    for place in range(0, len(good), 3):
        altered = bytearray(good)
        altered[place] ^= 1 << place % 8
        target.write_bytes(altered)
        try:
            found = load(target)
        except CourseError:
            continue
        pd.testing.assert_frame_equal(found.ratings, expected.ratings)
        pd.testing.assert_frame_equal(found.movies, expected.movies)


def test_an_altered_zip_is_named(write, dat_files, tmp_path):
    target = zipped(write(dat_files, "mine"), tmp_path / "mine.zip")
    target.write_bytes(target.read_bytes().replace(b"2::10::4::", b"2::10::5::"))
    with pytest.raises(AlteredDataError, match="damaged"):
        load(target)


def test_bad_lines_raise_or_are_listed(write, csv_files):
    csv_files["ratings.csv"] += b"3,10,9.5,1\r\n3,20\r\n"
    folder = write(csv_files)
    with pytest.raises(BadLineError, match=r"ratings\.csv:5: rating 9\.5 is off the scale"):
        load(folder)
    for source in (folder, zipped(folder, folder.with_suffix(".zip"))):
        with pytest.warns(CourseWarning, match="Left out: 2 lines"):
            dataset = load(source, on_bad_line="skip")
        assert dataset.rejected["line"].tolist() == [5, 6]
        assert len(dataset.ratings) == 3


def test_a_warning_is_about_the_line_that_loads(write, csv_files):
    csv_files["ratings.csv"] += b"3,20\r\n"
    with pytest.warns(CourseWarning) as caught:
        load(write(csv_files), on_bad_line="skip")
    assert caught[0].filename == __file__


def test_the_scale_can_be_given(write, csv_files):
    csv_files["ratings.csv"] += b"3,10,9.5,1\r\n"
    folder = write(csv_files)
    for source in (folder, zipped(folder, folder.with_suffix(".zip"))):
        dataset = load(source, rating_scale=(0, 10))
        assert dataset.rating_scale == (0, 10)
        assert dataset.ratings["rating"].max() == 9.5


@pytest.fixture
def published(write, dat_files, tmp_path, monkeypatch, data_home) -> Path:
    """A small archive that stands for ml-1m in the catalogue and in the data folder."""
    data_home.mkdir()
    target = zipped(write(dat_files, "ml-1m"), data_home / "ml-1m.zip")
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    entry = replace(CATALOGUE["ml-1m"], size=target.stat().st_size, sha256=digest)
    monkeypatch.setitem(CATALOGUE, "ml-1m", entry)
    return target


def test_a_downloaded_set_loads_by_name(published):
    dataset = load("ml-1m")
    assert dataset.name == "ml-1m"
    assert len(dataset.ratings) == 3


def test_the_scale_of_a_downloaded_set_is_that_of_the_catalogue_or_the_one_given(
    published, monkeypatch
):
    known = replace(CATALOGUE["ml-1m"], rating_scale=(1, 7))
    monkeypatch.setitem(CATALOGUE, "ml-1m", known)
    assert load("ml-1m").rating_scale == (1, 7)
    assert load("ml-1m", rating_scale=(0, 9)).rating_scale == (0, 9)


def test_an_altered_archive_is_refused_by_name(published):
    content = bytearray(published.read_bytes())
    content[-1] ^= 1
    published.write_bytes(content)
    with pytest.raises(AlteredDataError, match="not what was published"):
        load("ml-1m")
    published.write_bytes(content[:-5])
    with pytest.raises(AlteredDataError, match="was cut short"):
        load("ml-1m")


@real("ml-latest-small.zip")
def test_the_real_latest_small_by_path_and_by_name(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    for source in (REAL / "ml-latest-small.zip", "ml-latest-small"):
        dataset = load(source)
        assert len(dataset.ratings) == 100_836
        assert dataset.ratings["user_id"].nunique() == 610
        assert dataset.ratings["movie_id"].nunique() == 9_724
        assert len(dataset.movies) == 9_742
        assert dataset.rating_scale == (0.5, 5)


@real("ml-1m.zip")
def test_the_real_1m(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    dataset = load("ml-1m")
    assert len(dataset.ratings) == 1_000_209
    assert dataset.ratings["movie_id"].nunique() == 3_706
    assert len(dataset.movies) == 3_883
    assert dataset.users is not None
    assert len(dataset.users) == 6_040


@real("ml-100k.zip")
def test_the_real_100k(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    dataset = load("ml-100k")
    assert len(dataset.ratings) == 100_000
    assert len(dataset.movies) == 1_682
    assert dataset.users is not None
    assert len(dataset.users) == 943


def test_tags_are_read_where_they_are_asked_for(tmp_path):
    (tmp_path / "movies.csv").write_text("movieId,title,genres\n1,Heat (1995),Crime\n")
    (tmp_path / "ratings.csv").write_text("userId,movieId,rating,timestamp\n7,1,4.0,9\n")
    (tmp_path / "tags.csv").write_text("userId,movieId,tag,timestamp\n7,1,Mafia,9\n")
    assert load(tmp_path).tags is None
    assert load(tmp_path, with_tags=True).tags["tag"].tolist() == ["Mafia"]
