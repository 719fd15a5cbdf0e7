"""The small lesson with three exercises, and a folder that holds it."""

from small_lesson import lesson, notebooks

__all__ = ["lesson", "notebooks"]
