"""The hash of a set of ratings: the bytes it is made of, and what changes it."""

import hashlib
import struct

import numpy as np
import pandas as pd

from helpers.interactions import Interactions
from helpers.interactions.hashing import data_hash

RATINGS = pd.DataFrame(
    {
        "user_id": [30, 10, 30],
        "movie_id": [9, 5, 5],
        "rating": [4.5, 2.0, 3.0],
        "timestamp": [40, 30, 2**35],
    }
)


def made(**columns):
    return Interactions.from_frames(RATINGS.assign(**columns), rating_scale=(0.5, 5))


def sha256(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


def test_it_is_made_of_these_bytes():
    """On every machine and with every version: a stored result names its data by it."""
    indices = struct.pack("<6q", 1, 0, 1, 1, 0, 0)
    stars = struct.pack("<3d", 4.5, 2, 3)
    ids = struct.pack("<4q", 10, 30, 5, 9)
    assert data_hash(made()) == sha256(indices, stars, struct.pack("<3q", 40, 30, 2**35), ids)
    timeless = Interactions.from_frames(RATINGS.drop(columns="timestamp"), rating_scale=(0.5, 5))
    assert data_hash(timeless) == sha256(indices, stars, b"none", ids)


def test_ids_that_are_text_are_part_of_it():
    names = data_hash(made(user_id=["bo", "al", "bo"]))
    assert names == data_hash(made(user_id=["bo", "al", "bo"]))
    assert names != data_hash(made(user_id=["bo", "ad", "bo"]))
    numbers = sha256(
        struct.pack("<6q", 1, 0, 1, 1, 0, 0),
        struct.pack("<3d", 4.5, 2, 3),
        struct.pack("<3q", 40, 30, 2**35),
        b"['al', 'bo']",
        struct.pack("<2q", 5, 9),
    )
    assert names == numbers


def test_every_rating_its_time_its_place_and_the_ids_change_it():
    different = {
        data_hash(made()),
        data_hash(made(rating=[4.5, 2.0, 3.5])),
        data_hash(made(timestamp=[40, 31, 2**35])),
        data_hash(made(user_id=[31, 10, 31])),
        data_hash(made(movie_id=[9, 6, 6])),
        data_hash(made().subset(np.array([1, 0, 2]))),
        data_hash(made().subset(np.array([0, 1]))),
    }
    assert len(different) == 7


def test_how_a_table_was_stored_and_its_titles_do_not():
    small = made(user_id=RATINGS["user_id"].astype("int16"), rating=[4.5, 2, 3])
    movies = pd.DataFrame({"movie_id": [5, 9], "title": ["A", "B"], "genres": ["", ""]})
    titled = Interactions.from_frames(RATINGS, movies, rating_scale=(0.5, 5))
    assert data_hash(small) == data_hash(titled) == data_hash(made())
