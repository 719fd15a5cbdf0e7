from itertools import permutations

import numpy as np
import pytest

from helpers.simulation import choices, simulate


def chances_by_hand(weights, wanted):
    """Chance of each set of films, by the definition: one film after the other."""
    chances = {}
    for order in permutations(range(len(weights)), wanted):
        chance, left = 1.0, weights.sum()
        for film in order:
            chance *= weights[film] / left
            left -= weights[film]
        chances[frozenset(order)] = chances.get(frozenset(order), 0) + chance
    return chances


@pytest.mark.parametrize("rounds", [0, 1, 3], ids=["only the race", "one round", "three rounds"])
def test_sets_of_films_have_the_chances_of_drawing_one_by_one(monkeypatch, rounds):
    monkeypatch.setattr(choices, "ROUNDS", rounds)
    truth = simulate(2, 5, 5, random_state=4).truth
    user = int(np.argmax(truth.n_ratings))
    wanted = int(truth.n_ratings[user])
    assert 1 < wanted < 5
    expected = chances_by_hand(truth.choice_weights(np.array([user]))[0], wanted)
    rng = np.random.default_rng(0)
    draws = 4_000
    counts = dict.fromkeys(expected, 0)
    for _ in range(draws):
        counts[frozenset(choices.draw_films_of(rng, truth, np.array([user]))[1].tolist())] += 1
    for films, chance in expected.items():
        error = 4.5 * np.sqrt(chance * (1 - chance) / draws) + 1e-3
        assert counts[films] / draws == pytest.approx(chance, abs=error)


def test_exact_numbers_grouped_by_user_each_pair_once(monkeypatch):
    # Small blocks, so that several are raced one after the other.
    monkeypatch.setattr(choices, "CELLS_AT_ONCE", 200)
    truth = simulate(30, 50, 900, random_state=2).truth
    users = np.arange(4, 30)
    user, film = choices.draw_films_of(np.random.default_rng(3), truth, users)
    np.testing.assert_array_equal(user, np.repeat(users, truth.n_ratings[users]))
    assert len(set(zip(user.tolist(), film.tolist(), strict=True))) == len(user)
    assert film.min() >= 0
    assert film.max() < 50
