"""Knowledge-based recommendation: from what a person asks for, without any rating.

- ``constraints``: conditions on the columns of a table of films
- ``relaxing``: no film fits, so which conditions to give up
- ``critiques``: "this one, but newer", and the next film to show
"""

from helpers.knowledge.constraints import Constraint, broken, fitting
from helpers.knowledge.critiques import critique, nearest
from helpers.knowledge.relaxing import relaxations

__all__ = ["Constraint", "broken", "critique", "fitting", "nearest", "relaxations"]
