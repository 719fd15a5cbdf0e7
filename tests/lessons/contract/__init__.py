"""The lesson contract, rule by rule: each yields what is wrong with a lesson, and where.

CONTRIBUTING.md says it in prose. A rule is a function of a ``Lesson``; its name is the promise.
"""

from contract import code, exercises, outputs, page
from contract.lesson import Cell, Lesson
from contract.registry import RULES, Rule

__all__ = ["RULES", "Cell", "Lesson", "Rule", "code", "exercises", "outputs", "page"]
