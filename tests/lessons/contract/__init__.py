"""The lesson contract, rule by rule: each yields what is wrong with a lesson, and where.

CONTRIBUTING.md says it in prose. A rule is a function of a ``Lesson``; its name is the promise.
``editions`` says which lessons are held to the second edition and which, for a while, to the first.
"""

from contract import claims, code, editions, exercises, outputs, page, questions, reading
from contract.lesson import Cell, Lesson
from contract.registry import RULES, Rule, holds_for

__all__ = [
    "RULES",
    "Cell",
    "Lesson",
    "Rule",
    "claims",
    "code",
    "editions",
    "exercises",
    "holds_for",
    "outputs",
    "page",
    "questions",
    "reading",
]
