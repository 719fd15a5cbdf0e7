"""Small stand-ins for the libraries Surprise and implicit, which the adapters can work with.

A stand-in has only what the adapters ask for, spelt as the library spells it. What a test shows
with it holds for the adapter; what it shows with the real library holds for that as well.
"""

from collections import defaultdict
from types import ModuleType, SimpleNamespace

import numpy as np


class Trainset:
    def __init__(self, ratings, rating_scale):
        self.rating_scale, self.n_ratings = rating_scale, len(ratings)
        self.ur, self.ir = defaultdict(list), defaultdict(list)
        self._users, self._items = {}, {}
        for user, item, stars in ratings:
            u = self._users.setdefault(user, len(self._users))
            i = self._items.setdefault(item, len(self._items))
            self.ur[u].append((i, stars))
            self.ir[i].append((u, stars))
        self.n_users, self.n_items = len(self.ur), len(self.ir)
        self.global_mean = np.mean([stars for _user, _item, stars in ratings])

    def to_inner_uid(self, user):
        return self._users[user]

    def to_inner_iid(self, item):
        return self._items[item]

    def inner(self, ids, index):
        return ids.get(index, f"UKN__{index}")


class Dataset:
    def __init__(self, table, reader):
        self.table, self.reader = table, reader

    @classmethod
    def load_from_df(cls, table, reader):
        return cls(table, reader)

    def build_full_trainset(self):
        rows = [(u, i, float(r)) for u, i, r in self.table.itertuples(index=False)]
        return Trainset(rows, self.reader.rating_scale)


class Reader:
    def __init__(self, rating_scale):
        self.rating_scale = rating_scale


class AlgoBase:
    def __init__(self, **options):
        self.bsl_options = options.get("bsl_options", {})

    def fit(self, trainset):
        self.trainset = trainset
        return self

    def predict(self, uid, iid, clip=True):
        trainset = self.trainset
        inner = trainset.inner(trainset._users, uid), trainset.inner(trainset._items, iid)
        stars = self.estimate(*inner)
        return SimpleNamespace(est=np.clip(stars, *trainset.rating_scale) if clip else stars)


class BaselineOnly(AlgoBase):
    def __init__(self, bsl_options={}, verbose=True):  # noqa: B006 - as in the library
        super().__init__(bsl_options=bsl_options)
        self.verbose = verbose

    def fit(self, trainset):
        super().fit(trainset)
        if self.verbose:
            print("Estimating biases")
        mean = trainset.global_mean
        self.bu = _means(trainset.ur, trainset.n_users) - mean
        self.bi = _means(trainset.ir, trainset.n_items) - mean
        return self

    def estimate(self, u, i):
        user = self.bu[u] if u in self.trainset.ur else 0
        return self.trainset.global_mean + user + (self.bi[i] if i in self.trainset.ir else 0)


class SVD(BaselineOnly):
    def __init__(self, n_factors=100, biased=True, random_state=None, verbose=False):
        super().__init__(verbose=verbose)
        self.n_factors, self.biased, self.random_state = n_factors, biased, random_state

    def fit(self, trainset):
        super().fit(trainset)
        generator = np.random.default_rng(self.random_state)
        self.pu = generator.normal(size=(trainset.n_users, self.n_factors))
        self.qi = generator.normal(size=(trainset.n_items, self.n_factors))
        return self

    def estimate(self, u, i):
        known = u in self.trainset.ur and i in self.trainset.ir
        if not self.biased and not known:
            return self.trainset.global_mean
        start = super().estimate(u, i) if self.biased else 0
        return start + (self.qi[i] @ self.pu[u] if known else 0)


def _means(ratings, n):
    return np.array([np.mean([stars for _other, stars in ratings[index]]) for index in range(n)])


def surprise_stand_in():
    module = ModuleType("surprise")
    vars(module).update(
        Reader=Reader, Dataset=Dataset, AlgoBase=AlgoBase, SVD=SVD, BaselineOnly=BaselineOnly
    )
    for name in ("SVDpp", "NMF", "KNNBasic", "KNNWithMeans", "KNNWithZScore", "KNNBaseline"):
        unused = type(name, (AlgoBase,), {"estimate": lambda self, u, i: 0.0})
        setattr(module, name, unused)
    return module


class AlternatingLeastSquares:
    """Draws factors instead of learning them, and goes on from those that it finds."""

    def __init__(self, factors=100, regularization=0.01, alpha=1.0, random_state=None):
        self.factors, self.regularization, self.alpha = factors, regularization, alpha
        self.random_state = random_state
        self.user_factors = self.item_factors = None

    def fit(self, user_items, show_progress=True):
        if show_progress:
            print("100 %")
        generator = np.random.default_rng(self.random_state)
        if self.item_factors is None:
            self.item_factors = generator.normal(size=(user_items.shape[1], self.factors))
        self.item_factors = self.item_factors.astype("float32") / 2
        self.user_factors = user_items @ self.item_factors

    def recommend(self, userid, user_items, N=10, filter_already_liked_items=True):
        scores = self.user_factors[userid] @ self.item_factors.T
        items = np.argsort(-scores, axis=1)[:, :N]
        return items, np.take_along_axis(scores, items, axis=1)

    def similar_items(self, itemid, N=10):
        lengths = np.linalg.norm(self.item_factors, axis=1)
        cosine = self.item_factors @ self.item_factors[itemid] / lengths / lengths[itemid]
        return np.argsort(-cosine)[:N], np.sort(cosine)[::-1][:N]


class CosineRecommender:
    """Keeps the K nearest films of each; pads what it recommends with −1."""

    def __init__(self, K=20, num_threads=0):
        self.K, self.num_threads, self.similarity = K, num_threads, None

    def fit(self, counts, show_progress=True):
        columns = counts.toarray()
        columns = columns / np.sqrt(np.maximum(columns.sum(axis=0), 1))
        similarity = columns.T @ columns
        smallest = np.sort(similarity, axis=1)[:, [-min(self.K, len(similarity))]]
        self.similarity = np.where(similarity >= smallest, similarity, 0)

    def recommend(self, userid, user_items, N=10, filter_already_liked_items=True):
        scores = user_items @ self.similarity
        items = np.argsort(-scores, axis=1)[:, :N]
        found = np.take_along_axis(scores, items, axis=1)
        return np.where(found > 0, items, -1), np.where(found > 0, found, -3e38)

    def similar_items(self, itemid, N=10):
        order = np.argsort(-self.similarity[itemid])[: self.K]
        return order[:N], self.similarity[itemid][order[:N]]


def implicit_stand_in():
    names = ["implicit", "implicit.cpu", "implicit.cpu.als", "implicit.nearest_neighbours"]
    modules = {name: ModuleType(name) for name in names}
    modules["implicit.cpu.als"].AlternatingLeastSquares = AlternatingLeastSquares
    modules["implicit.nearest_neighbours"].CosineRecommender = CosineRecommender
    return modules
