"""Exercises of lesson 04: what a shuffle leaves, whose votes count, a score with a start."""

from __future__ import annotations

import numpy as np

from helpers.checks import choice, function, number

exercise_1 = choice(
    "c",
    right=(
        "Yes. The shuffle moves stars and leaves who rated what, which is all that this list looks "
        "at. So a list that survives the shuffle was never about opinions."
    ),
    wrong={
        "a": (
            "That would be so for a list made of opinions. The stars change places: do the people "
            "who rated the film change as well?"
        ),
        "b": (
            "Luck would leave far fewer: ten out of thousands of films. And is there any chance in "
            "it at all, if no star enters the list?"
        ),
        "d": (
            "No star enters this list, so none can change it. What does it count, and does the "
            "shuffle touch that?"
        ),
    },
    hints=[
        "Look at the function survivors: it changes `.data`. Which of the three arrays of CSR "
        "say who rated?",
        "The overlap counts the people who rated both films. Count them before and after.",
    ],
)

exercise_2 = number(
    3.5,
    right=(
        "Yes: 4.2 / 1.2. Only those who rated the film may vote, so only their similarities stand "
        "below the line. The colleague counted a missing rating as 0 stars."
    ),
    mistakes=[
        (7 / 3, "That is the colleague's number. Whose similarity should not be in the sum?"),
        (3, "That is the plain mean of 4 and 2. The first neighbour is more alike than the third."),
        (2, "That is the plain mean with a 0 in it. Did the second neighbour give 0 stars?"),
        (4.2, "That is the sum above the line. Divide by the similarities of those who voted."),
        (1.4, "You divided by the number of neighbours. Similarities are the weights here."),
        (2.1, "You divided by how many voted. Divide by the sum of their similarities."),
        (2.8, "You divided by 1.5: whose similarities are these? The first and the third voted."),
    ],
    hints=[
        "Which of the three neighbours have an opinion about the film?",
        "Above the line 0.9 × 4 + 0.3 × 2. Below it the similarities of the same two.",
    ],
)


def _score(stars: np.ndarray, similarity: np.ndarray, start: float, damping: float) -> float:
    voted = stars > 0
    pull = similarity[voted] @ (stars[voted] - start)
    return float(start + pull / (similarity[voted].sum() + damping))


def _total(similarity: np.ndarray, damping: float) -> float:
    return float(similarity.sum() + damping)


exercise_3 = function(
    _score,
    [
        (np.array([5.0, 0.0, 2.0]), np.array([0.5, 0.9, 0.25]), 3.5, 1.0),
        (np.array([4.0, 4.0]), np.array([1.0, 1.0]), 3.0, 2.0),
        (np.array([0.0, 0.0]), np.array([0.6, 0.2]), 3.25, 0.5),
        (np.array([1.0, 0.0, 3.0, 5.0]), np.array([0.1, 0.4, 0.2, 0.7]), 4.0, 3.0),
    ],
    right=(
        "Yes: it starts from what you would say without neighbours, and moves as far as those who "
        "voted can pull it."
    ),
    mistakes=[
        (
            lambda stars, similarity, start, damping: (
                start + similarity @ (stars - start) / _total(similarity, damping)
            ),
            "Neighbours who did not rate the film pull it down, as if they had given 0 stars.",
        ),
        (
            lambda stars, similarity, start, damping: (
                start
                + similarity[stars > 0] @ (stars[stars > 0] - start) / _total(similarity, damping)
            ),
            "Above the line only those who voted; below it you still count everybody.",
        ),
        (
            lambda stars, similarity, _start, damping: (
                similarity @ stars / _total(similarity[stars > 0], damping)
            ),
            "The damping pulls to 0 stars here. It should pull to `start`: average the distances "
            "from it, and add it at the end.",
        ),
        (
            lambda stars, similarity, start, _damping: (
                start + similarity[stars > 0] @ (stars[stars > 0] - start)
            ),
            "That is a sum, and it grows with every neighbour. Divide by what they weigh.",
        ),
        (
            lambda stars, similarity, start, damping: (
                similarity[stars > 0]
                @ (stars[stars > 0] - start)
                / _total(similarity[stars > 0], damping)
            ),
            "That is how far the neighbours pull. From where?",
        ),
        (
            lambda stars, similarity, start, _damping: (
                start
                + similarity[stars > 0] @ (stars[stars > 0] - start) / similarity[stars > 0].sum()
                if (stars > 0).any()
                else start
            ),
            "The weighted mean is right. Where does the damping come in?",
        ),
    ],
    hints=[
        "Three steps: who voted, how far they pull from `start`, and what they weigh together.",
        "Divide the sum of similarity × (stars − start) by the sum of similarity plus the damping, "
        "both over those with stars above 0.",
    ],
)
