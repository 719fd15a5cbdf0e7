"""Two towers for films and users that training has not seen: features, and ids that drop out."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

import numpy as np
from scipy import sparse

from helpers.features.inputs import item_features, profiles
from helpers.recommenders.arguments import check_share, values_or
from helpers.recommenders.folding_in import FoldsIn
from helpers.recommenders.keras.two_tower import TwoTower


@dataclass(repr=False, eq=False)
class HybridTwoTower(TwoTower, FoldsIn):
    """``TwoTower`` whose ids drop out in training, so that a tower can do without one.

    In each training step a share of the users and of the films lose their learnt vector and keep
    only their features (Volkovs et al. 2017 call it DropoutNet). So the layers above have met
    the film without an id before it arrives. After training, the vector of an id that had no
    rating is 0, which is what the layers saw in its place: a film is then placed by its genres
    and year, a newcomer by the profile of the films that they rate.

    Fallback: films without a training rating are scored like all others, by their features; so
    are users without one, if the data has their age or occupation. A user of whom nothing
    is known gets the films with most training ratings; among films with equally many, such as the
    new ones with none, those that the mean of all user vectors puts first. What is no film scores
    below every other.

    Arguments and errors beside this are those of ``TwoTower``.

    Args:
        id_dropout: share of the ids that drop out in a step, 0 to below 1.
    """

    _: KW_ONLY
    id_dropout: float = 0.3
    epochs: int = 10

    def __post_init__(self) -> None:
        super().__post_init__()
        check_share(self.id_dropout, "id_dropout")

    def _keep_vectors(self) -> None:
        self.films_ = item_features(self.train_)
        for kind, counts in (("user", self.user_counts_), ("item", self.item_counts_)):
            table = self.model_.get_layer(f"{kind}_tower").get_layer(f"{kind}_factors")
            (values,) = table.get_weights()
            values[counts == 0] = 0
            table.set_weights([values])
        super()._keep_vectors()

    def _known_users(self) -> np.ndarray:
        told = self.user_counts_ > 0
        return told if self.train_.users is None else np.ones_like(told)

    def _known_items(self) -> np.ndarray:
        return np.ones(self.train_.n_items, dtype=bool)

    def _fallback(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:  # noqa: ARG002
        from scipy.stats import rankdata  # half a second that other recommenders save

        usual = self.user_vectors_[self.user_counts_ > 0].mean(axis=0)
        # From above 0 to below 1, so that no place outweighs a rating.
        place = rankdata(self.item_vectors_ @ usual) / (self.train_.n_items + 1)
        return values_or(self.item_counts_ + place, items, self.lowest_)

    def _scores_for(self, ratings: sparse.csr_matrix) -> np.ndarray:
        """Each newcomer's vector is what the user tower makes of the profile alone."""
        layers = [
            layer
            for layer in self.model_.get_layer("user_tower").layers
            if type(layer).__name__ in ("Dense", "UnitNormalization")
        ]
        # No id, no demographics: 0 in front of the profile and behind it.
        values = np.zeros((ratings.shape[0], layers[0].kernel.shape[0]), "float32")
        if self.films_ is not None:
            profile = profiles(ratings, self.films_)
            values[:, self.dim : self.dim + profile.shape[1]] = profile
        for layer in layers:
            values = layer(values)
        return self._scores_of(np.asarray(values, "float64"))
