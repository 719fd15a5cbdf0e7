"""The rules by name, and the editions of the contract that they belong to."""

from collections.abc import Callable, Iterator

from contract.lesson import Lesson

Rule = Callable[[Lesson], Iterator[str]]
RULES: dict[str, Rule] = {}
# Rules that hold for one edition only; all others hold for both.
EDITION: dict[str, int] = {}


def rule(function: Rule) -> Rule:
    """Enter a rule of both editions in ``RULES``."""
    RULES[function.__name__] = function
    return function


def rule_of(edition: int) -> Callable[[Rule], Rule]:
    """Enter a rule that holds for lessons of that edition only."""

    def enter(function: Rule) -> Rule:
        EDITION[function.__name__] = edition
        return rule(function)

    return enter


def holds_for(name: str, edition: int) -> bool:
    """Whether lessons of that edition have to keep the rule of that name."""
    return EDITION.get(name, edition) == edition
