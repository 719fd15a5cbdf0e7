"""Wrong answers to learn from: films that a user has not chosen, drawn alike, by fame, or hard."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from helpers.errors import DataError, ParameterError
from helpers.interactions import Interactions

# A user who has chosen nearly all there is makes nearly every draw a choice.
MOST_ROUNDS = 100


class NegativeSampler:
    """Draws films that a user has not chosen, each with a chance that grows with its ratings.

    Film j is drawn with probability q_j ∝ n_j ** popularity, where n_j are its training ratings:
    0 draws all films alike, 1 as often as people choose them, 0.75 is the custom of word2vec
    (Mikolov et al. 2013). What the user has chosen is drawn again, so it never comes out. Films
    without a training rating are not drawn: nothing pulls them up, so nothing needs to push them
    down.

    A model that learns from such draws with a softmax learns log(p_ui / q_i), where p_ui is the
    chance that the user chooses the film: the draw is part of what is learnt. ``log_q`` is what
    to subtract from the scores in the loss to take that back (Bengio and Senécal 2008).

    Args:
        train: what the users have chosen.
        popularity: exponent, 0 or more.

    Attributes:
        share: q, float64, shape (n_items,), sums to 1.
        log_q: its logarithm, float32, shape (n_items,); 0 for films that are never drawn.

    Raises:
        ParameterError: the exponent is negative or not finite.
        DataError: there is nothing to draw, or every user has chosen all of it.

    Example:
        >>> import pandas as pd
        >>> ratings = pd.DataFrame({"user_id": [1, 1, 2, 3], "movie_id": [10, 20, 20, 30]})
        >>> train = Interactions.from_frames(ratings.assign(rating=4.0), rating_scale=(1, 5))
        >>> sampler = NegativeSampler(train, popularity=1)
        >>> sampler.share
        array([0.25, 0.5 , 0.25])
        >>> sampler.draw([0, 0], 3, np.random.default_rng(0))
        array([[2, 2, 2],
               [2, 2, 2]], dtype=int32)
    """

    def __init__(self, train: Interactions, popularity: float = 0.0) -> None:
        if not (np.isfinite(popularity) and popularity >= 0):
            raise ParameterError(f"popularity = {popularity} is not possible: choose 0 or more.")
        if len(train) == 0:
            raise DataError("There are no ratings, so there is no film to draw.")
        counts = np.bincount(train.item, minlength=train.n_items).astype("float64")
        weight = np.where(counts > 0, np.maximum(counts, 1) ** popularity, 0.0)
        self.share = weight / weight.sum()
        self.log_q = np.log(np.where(counts > 0, self.share, 1)).astype("float32")
        self._drawn = np.flatnonzero(counts)
        self._until = np.cumsum(self.share[self._drawn])
        self._until /= self._until[-1]
        self._chosen = sparse.csr_matrix(
            (np.ones(len(train), dtype=bool), (train.user, train.item)),
            shape=(train.n_users, train.n_items),
        )
        self._full = np.diff(self._chosen.indptr) >= len(self._drawn)
        if self._full[train.user].all():
            raise DataError(
                "Every user has chosen every film that there is to draw, so nothing is left for a "
                "wrong answer. Take data with more films, or a recommender that needs no wrong "
                "answers, such as EASE."
            )

    def with_wrong_answers(self, interactions: Interactions) -> Interactions:
        """The choices less those of users who have chosen all there is.

        Nothing can be drawn for them. Where there are no such users, the choices themselves.
        """
        full = self._full[interactions.user]
        return interactions.subset(~full) if full.any() else interactions

    def draw(self, users: Any, n: int, generator: np.random.Generator) -> np.ndarray:
        """So many films for each user index, none of which the user has chosen, int32, (users, n).

        Two of a row may be the same.

        Raises:
            DataError: a user has chosen all there is; see ``with_wrong_answers``.
        """
        full = np.asarray(users)[self._full[users]]
        if len(full):
            raise DataError(
                f"The user with index {full[0]} has chosen every film that there is to draw, so "
                "nothing is left for a wrong answer. Leave such users out with with_wrong_answers."
            )
        users = np.repeat(np.asarray(users), n)
        items = self._some(len(users), generator)
        wrong = np.flatnonzero(self.has_chosen(users, items))
        for _round in range(MOST_ROUNDS):
            if not len(wrong):
                break
            items[wrong] = self._some(len(wrong), generator)
            wrong = wrong[self.has_chosen(users[wrong], items[wrong])]
        else:
            items[wrong] = [self._one_left(user, generator) for user in users[wrong]]
        return items.reshape(-1, n)

    def has_chosen(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Whether each user has chosen the film beside, bool, shape (n,)."""
        if not len(users):
            return np.zeros(0, dtype=bool)
        chosen: np.ndarray = np.asarray(self._chosen[users, items], dtype=bool).ravel()
        return chosen

    def _some(self, n: int, generator: np.random.Generator) -> np.ndarray:
        places = np.searchsorted(self._until, generator.random(n), side="right")
        found: np.ndarray = self._drawn[places].astype("int32")
        return found

    def _one_left(self, user: int, generator: np.random.Generator) -> int:
        """One of the few films that this user has not chosen."""
        left = np.setdiff1d(self._drawn, self._chosen[[user]].indices)
        return int(generator.choice(left, p=self.share[left] / self.share[left].sum()))


def hardest(candidates: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Of each row's candidates the one with the highest score, shape (rows, 1).

    The wrong answer that the model finds most convincing teaches it most, and may be no wrong
    answer at all: a film that the user would love and has not come upon (Rendle and Freudenthaler
    2014; Zhang et al. 2013).

    Args:
        candidates: film indices, such as ``NegativeSampler.draw`` returns, shape (rows, n).
        scores: what the model makes of each now, the same shape.

    Raises:
        ParameterError: the shapes differ.

    Example:
        >>> hardest(np.array([[5, 7], [2, 9]]), np.array([[0.1, 0.4], [2.0, -1.0]]))
        array([[7],
               [2]])
    """
    if np.ndim(candidates) != 2 or np.shape(candidates) != np.shape(scores):
        raise ParameterError(
            f"Candidates of shape {np.shape(candidates)} and scores of shape {np.shape(scores)} "
            "do not pair up: give a score for each candidate, in rows."
        )
    best = np.argmax(scores, axis=1)[:, None]
    return np.take_along_axis(np.asarray(candidates), best, axis=1)


def labelled_pairs(
    train: Interactions, sampler: NegativeSampler, n: int, generator: np.random.Generator
) -> tuple[list[np.ndarray], np.ndarray]:
    """Each choice as a yes and n drawn films as a no, shuffled: inputs and targets for one epoch.

    Returns:
        Users and items, int32, shape (choices × (1 + n), 1) each; 1 for a choice and 0 for a
        drawn film, float32, of the same shape.

    Example:
        >>> import pandas as pd
        >>> ratings = pd.DataFrame({"user_id": [1, 2], "movie_id": [10, 20]}).assign(rating=4.0)
        >>> train = Interactions.from_frames(ratings, rating_scale=(1, 5))
        >>> (users, items), yes = labelled_pairs(
        ...     train, NegativeSampler(train), 1, np.random.default_rng(0)
        ... )
        >>> sorted(np.hstack([users, items, yes]).astype(int).tolist())
        [[0, 0, 1], [0, 1, 0], [1, 0, 0], [1, 1, 1]]
    """
    drawn = sampler.draw(train.user, n, generator)
    users = np.repeat(train.user, n + 1)
    items = np.hstack([train.item[:, None], drawn]).ravel()
    labels = np.tile(np.array([1] + n * [0], "float32"), len(train))
    order = generator.permutation(len(users))
    users, items, labels = users[order], items[order], labels[order]
    return [users[:, None].astype("int32"), items[:, None].astype("int32")], labels[:, None]


def choices_among_drawn(
    train: Interactions, candidates: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Each choice in front of the films drawn for it, shuffled: inputs for one epoch of pairs.

    Args:
        train: the choices.
        candidates: films drawn for each choice, shape (choices, drawn).
        generator: shuffles the rows.

    Returns:
        Users, int32, shape (choices, 1), and films, int32, shape (choices, 1 + drawn), of which
        the first of each row is the choice.

    Example:
        >>> import pandas as pd
        >>> ratings = pd.DataFrame({"user_id": [1, 2], "movie_id": [10, 20]}).assign(rating=4.0)
        >>> train = Interactions.from_frames(ratings, rating_scale=(1, 5))
        >>> drawn = np.array([[1], [0]])
        >>> users, films = choices_among_drawn(train, drawn, np.random.default_rng(0))
        >>> sorted(np.hstack([users, films]).tolist())
        [[0, 0, 1], [1, 1, 0]]
    """
    order = generator.permutation(len(train))
    films = np.hstack([train.item[:, None], candidates])[order].astype("int32")
    return train.user[order][:, None].astype("int32"), films
