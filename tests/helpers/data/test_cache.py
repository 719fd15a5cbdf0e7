import pandas as pd
import pytest

from helpers.data import cache, load

TEXT = "user,film,rating,time,genres\n007,Heat,4.5,5,Crime|War\n007,Amélie,3,6,\n9,Heat,1,7,\n"


@pytest.fixture
def mine(tmp_path, data_home, monkeypatch):
    monkeypatch.setattr(cache, "LEAST_BYTES", 1)
    file = tmp_path / "mine.csv"
    file.write_text(TEXT, encoding="utf-8")
    return file


def kept():
    return sorted(cache.folder().glob("*.table"))


def same(one, other):
    pd.testing.assert_frame_equal(one.ratings, other.ratings)
    pd.testing.assert_frame_equal(one.movies, other.movies)
    assert one.rating_scale == other.rating_scale
    assert one.guess == other.guess


def test_the_second_read_is_from_the_cache_and_says_the_same(mine, monkeypatch, capsys):
    first = load(mine)
    said = capsys.readouterr().out
    assert len(kept()) == 1
    monkeypatch.setattr("helpers.data.loading.read_table_of", None)
    same(load(mine), first)
    assert capsys.readouterr().out == said != ""


def test_other_bytes_and_other_options_are_read_anew(mine):
    load(mine)
    assert load(mine, rating_scale=(0, 10)).rating_scale == (0, 10)
    mine.write_text(TEXT.replace("4.5", "2.5"), encoding="utf-8")
    assert load(mine).ratings["rating"].tolist() == [2.5, 3, 1]
    assert len(kept()) == 3


@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied", "replaced"])
def test_a_damaged_cache_is_ignored_and_rewritten(mine, damage):
    first = load(mine)
    (place,) = kept()
    whole = place.read_bytes()
    middle = len(whole) // 2
    place.write_bytes(
        {
            "cut": whole[:middle],
            "flipped": whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :],
            "emptied": b"",
            "replaced": b"something else",
        }[damage]
    )
    same(load(mine), first)
    assert place.read_bytes() == whole


def test_the_oldest_go_first(mine, monkeypatch):
    monkeypatch.setattr(cache, "MOST_TABLES", 2)
    for high in (5, 6, 7):
        load(mine, rating_scale=(0, high))
    assert len(kept()) == 2


def test_a_folder_that_cannot_be_written_to_changes_nothing(mine, data_home):
    data_home.mkdir(parents=True, exist_ok=True)
    (data_home / "tables").write_text("a file where the folder would be")
    assert len(load(mine).ratings) == 3


def test_what_was_left_out_is_never_forgotten(mine):
    mine.write_text(TEXT + "9,,1,7,\n", encoding="utf-8")
    for _ in range(2):
        with pytest.warns(UserWarning, match="Left out: 1 line"):
            assert len(load(mine, on_bad_line="skip").rejected) == 1
