"""A recommender that was saved is the same when it is loaded, and a file is data, never code."""

import hashlib
import json
import zipfile
from importlib.metadata import version

import numpy as np
import pandas as pd
import pytest

from benchmarks.adapters import FromImplicit
from helpers import storage
from helpers.errors import (
    AlteredDataError,
    DataError,
    MissingDataError,
    NotFittedError,
    ParameterError,
)
from helpers.interactions import Interactions
from helpers.recommenders import (
    EASE,
    Biases,
    DeepFactorization,
    HandMade,
    MatrixFactorization,
    Popularity,
    UserNeighbours,
    load,
    save,
    saving,
)
from helpers.storage import container


@pytest.fixture(scope="module")
def small():
    """A world with films nobody rated in training and users who did not rate."""
    generator = np.random.default_rng(1)
    user, item = np.nonzero(generator.random((30, 25)) < 0.4)
    table = pd.DataFrame({"user_id": user * 3, "movie_id": item * 5 + 1})
    table["rating"] = generator.integers(1, 11, len(table)) / 2
    table["timestamp"] = generator.integers(10**9, 2 * 10**9, len(table))
    titles = [f"Über film {n} (19{n + 50})" for n in range(25)]
    movies = pd.DataFrame({"movie_id": np.arange(25) * 5 + 1, "title": titles, "genres": "Drama"})
    users = pd.DataFrame({"user_id": np.arange(30) * 3, "gender": ["F", None, "M"] * 10})
    whole = Interactions.from_frames(table, movies, users, rating_scale=(0.5, 5))
    return whole.subset((whole.user > 2) & (whole.item > 1))


def test_of_keras_the_model_itself_is_the_same(small, tmp_path):
    model = DeepFactorization(4, hidden=(8,), epochs=2).fit(small)
    again = load(save(model, tmp_path / "deep.zip"))
    for one, other in zip(model.model_.get_weights(), again.model_.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    pd.testing.assert_frame_equal(model.history_, again.history_, check_exact=True)


def test_other_settings_come_back(small, tmp_path):
    model = UserNeighbours(k=7, centring="mean", similarity="pearson", damping=0.5).fit(small)
    again = load(save(model, tmp_path / "model.zip"))
    assert (again.k, again.centring, again.similarity) == (7, "mean", "pearson")
    pd.testing.assert_frame_equal(again.explain(5, 7), model.explain(5, 7))
    newcomer = {3: 5.0, 4: 1.0}
    pd.testing.assert_frame_equal(again.recommend_for(newcomer), model.recommend_for(newcomer))


def test_the_manifest_says_what_it_is(small, tmp_path):
    about = storage.read_about(save(EASE().fit(small), tmp_path / "ease.zip"))
    assert about["recommender"] == "EASE"
    assert about["parameters"]["regularization"] == "200.0"
    assert about["data"]["ratings"] == len(small)
    assert len(about["data"]["sha256"]) == 64
    assert about["versions"]["numpy"] == np.__version__
    assert about["keras"] is None
    factors = MatrixFactorization(4, epochs=1).fit(small)
    assert storage.read_about(save(factors, tmp_path / "mf.zip"))["keras"] == version("keras")


def test_what_was_seen_is_in_the_file_once_and_made_of_the_ratings_again(saved, small):
    with zipfile.ZipFile(saved) as archive:
        assert "seen_" not in archive.read("value.json").decode()
    again = load(saved)
    np.testing.assert_array_equal(again.seen_.toarray(), small.matrix().toarray() > 0)


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda train: EASE(), NotFittedError, "call fit before save"),
        (
            lambda train: HandMade(train, scores=lambda user: np.zeros((len(user), 25))),
            *(ParameterError, "made of functions"),
        ),
        (lambda train: FromImplicit.__new__(FromImplicit), ParameterError, "only pickle could"),
        (lambda train: type("Mine", (Biases,), {})().fit(train), ParameterError, "A Mine cannot"),
    ],
)
def test_what_cannot_be_saved_says_why(small, tmp_path, make, error, said):
    with pytest.raises(error, match=said):
        save(make(small), tmp_path / "model.zip")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(MissingDataError):
        load(tmp_path / "nothing.zip")


def test_a_file_of_something_else(tmp_path):
    path = storage.write(tmp_path / "value.zip", {"a": 1}, {"kind": "other"})
    with pytest.raises(DataError, match="holds no recommender"):
        load(path)


@pytest.fixture
def saved(small, tmp_path):
    return save(Popularity().fit(small), tmp_path / "model.zip")


def forged(path, old, new, where="value.json"):
    """The file with a text replaced and every hash made anew, as an attacker would."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in content[where]
    content[where] = content[where].replace(old.encode(), new.encode())
    manifest = json.loads(content.pop("manifest.json"))
    for name, each in content.items():
        known = {"bytes": len(each), "sha256": hashlib.sha256(each).hexdigest()}
        manifest["files"][name] = known
    manifest["sha256"] = container._seal(manifest)
    content["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, each in content.items():
            archive.writestr(name, each)
    return path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["class", "Popularity"]', '["class", "os.system"]', "'os.system', and no recommender"),
        ('["class", "Popularity"]', '["class", "EASE"]', "EASE is made with"),
        ('["by", "count"]', '["by", "beauty"]', "impossible: by must be"),
        ('["by", "count"]', '["bye", "count"]', "is made with"),
        ('["damping", 10.0]', '["damping", -1]', "impossible: damping"),
        ('["damping", 10.0]', '["damping", ["dict", []]]', "impossible|read"),
        ('"item_scores_"', '"predict"', "no attribute 'predict'"),
        ('"item_scores_"', '"__class__"', "no attribute '__class__'"),
        ('"kind", "recommender"', '"kind", "pickle"', "none of the classes known"),
        ('"user_ids"', '"users_id"', "has not the fields"),
        ('"train_"', '"trained_"', "without the ratings"),
    ],
)
def test_what_a_stranger_writes_is_refused(saved, old, new, said):
    with pytest.raises(DataError, match=said):
        load(forged(saved, old, new))


def test_other_ratings_than_those_of_the_manifest_are_refused(saved):
    """Though every hash of a member was made anew."""
    known = storage.read_about(saved)["data"]["sha256"]
    with pytest.raises(AlteredDataError, match="its ratings were changed"):
        load(forged(saved, known, known[::-1], "manifest.json"))


def test_a_changed_byte_is_refused(saved):
    content = bytearray(saved.read_bytes())
    content[len(content) // 2] ^= 1
    saved.write_bytes(content)
    with pytest.raises(AlteredDataError, match=r"not as it was written|damaged"):
        load(saved)


@pytest.mark.parametrize(("ours", "fits"), [("99.0.0", False), ("0.99.0", False), ("0.1.9", True)])
def test_another_version_of_this_package(saved, ours, fits, monkeypatch):
    monkeypatch.setattr(saving.helpers, "__version__", ours)
    if fits:
        assert load(saved).by == "count"
    else:
        with pytest.raises(DataError, match=f"version .*and this is {ours}.*Fit it again"):
            load(saved)


class TestKeras:
    @pytest.fixture
    def saved(self, small, tmp_path):
        return save(MatrixFactorization(epochs=1).fit(small), tmp_path / "model.zip")

    @pytest.mark.parametrize(
        ("theirs", "fits"), [("major", False), ("minor", False), ("micro", True)]
    )
    def test_another_version_of_keras(self, saved, theirs, fits, monkeypatch):
        major, minor, micro = map(int, version("keras").split(".")[:3])
        other = {
            "major": f"{major + 1}.{minor}.{micro}",
            "minor": f"{major}.{minor + 1}.{micro}",
            "micro": f"{major}.{minor}.{micro + 1}",
        }[theirs]
        monkeypatch.setattr(saving, "version", lambda name: other)
        if fits:
            assert isinstance(load(saved), MatrixFactorization)
        else:
            with pytest.raises(
                DataError, match=f"saved with Keras .*this is {other}.*Fit it again"
            ):
                load(saved)

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ('class_name\\": \\"Dot\\"', 'class_name\\": \\"Lambda\\"', r"'keras.layers.Lambda'"),
            ('module\\": \\"keras.layers\\"', 'module\\": \\"os\\"', "'os.[A-Z]"),
            ("helpers>RowPenalty", "builtins>eval", "'builtins>eval'"),
            ('class_name\\": \\"RandomUniform\\"', 'class_name\\": \\"__lambda__\\"', "__lambda__"),
        ],
    )
    def test_a_layer_that_no_architecture_here_has_never_reaches_keras(self, saved, old, new, said):
        with pytest.raises(DataError, match=said):
            load(forged(saved, old, new))

    def test_weights_that_do_not_fit(self, saved):
        with pytest.raises(DataError):
            load(forged(saved, '\\"output_dim\\": 64', '\\"output_dim\\": 63'))
