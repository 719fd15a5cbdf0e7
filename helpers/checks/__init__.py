"""Instant feedback on exercises: one small core, and one file of exercises per lesson.

A lesson imports its own file and calls its exercises::

    from helpers.checks.lessons import fill_in_a_rating_matrix as checks

    answer = ...
    checks.exercise_1(answer)  # never raises: says what is wrong, and gives hints
    checks.exercise_1(3.5, strict=True)  # in the solution cell: raises when it is wrong

To add the exercises of a lesson, write ``helpers/checks/lessons/SLUG.py``, where SLUG is the
name of its notebook without the number, with one module-level name for each exercise::

    exercise_1 = number(
        3.5,
        right="Yes: the mean of the four ratings.",
        mistakes=[(14, "That is their sum: how many ratings are there?")],
        hints=["Which number has the smallest squared error?", "Add them up, then divide."],
    )

- ``mistakes`` pairs each wrong answer that you expect with what to say about it.
- ``hints`` are for any other wrong answer, one deeper with each try, and for an expected mistake
  that is made again. No hint gives the answer away.
- ``right`` is the text for a right answer, and may teach one more thing.

If the answer depends on the data of the lesson, write a function instead, as in
``number(lambda ratings: ratings.mean(), …)``, and pass the data to the check, as in
``checks.exercise_1(answer, ratings)``. The same is true for the answers in ``mistakes``.

The kinds: ``number``, ``array`` and ``choice`` (values), ``function``, ``frame``, ``figure``.

The feedback is plain text, the same on every run, and reads well aloud. If a ``...`` is left in
place, or returned by a function, the answer is "not attempted". No answer raises, whatever its
type, and an error inside a learner's function does not raise either, unless ``strict=True``. A loop
in it that never ends is stopped if that is possible (``limits``).
"""

from helpers.checks.core import Exercise
from helpers.checks.figures import figure
from helpers.checks.frames import frame
from helpers.checks.functions import function
from helpers.checks.values import array, choice, number

__all__ = ["Exercise", "array", "choice", "figure", "frame", "function", "number"]
