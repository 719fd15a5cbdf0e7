"""The rules by name."""

from collections.abc import Callable, Iterator

from contract.lesson import Lesson

Rule = Callable[[Lesson], Iterator[str]]
RULES: dict[str, Rule] = {}


def rule(function: Rule) -> Rule:
    """Enter a rule in ``RULES``."""
    RULES[function.__name__] = function
    return function
