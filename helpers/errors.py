"""The exceptions of the course: every message says what is wrong, where, and what to do.

``CourseError`` catches them all. Each class also derives from the built-in exception that a
Python programmer would expect, so ``except KeyError`` works for an unknown title.
"""


class CourseError(Exception):
    """Base class of every error that the course raises on purpose."""

    def __str__(self) -> str:
        # KeyError would show the repr of its message, with quotes and escaped line ends.
        return str(self.args[0]) if self.args else ""


class DataError(CourseError, ValueError):
    """Values that cannot be right: off the scale, duplicated, missing, of the wrong shape."""


class BadLineError(DataError):
    """One or more lines of a data file that cannot be read."""


class MissingDataError(CourseError, FileNotFoundError):
    """A data set or file that is not on this machine; the message says how to get it."""


class AlteredDataError(DataError):
    """A file or archive whose size or SHA-256 differs from the one that was published."""


class StorageError(DataError):
    """A value that cannot be stored, or stored data that cannot be read."""


class DownloadError(CourseError, OSError):
    """A download that failed; the bytes so far are kept for the next try; nothing else changed."""


class WritingError(CourseError, OSError):
    """A file that could not be written; an earlier file has been kept."""


class UnknownDatasetError(CourseError, KeyError):
    """A data set name that is not in the catalogue."""


class UnknownUserError(CourseError, KeyError):
    """A user id that is not in the data."""


class UnknownItemError(CourseError, KeyError):
    """A film id or title that is not in the data; the message offers the nearest titles."""


class NotFittedError(CourseError, RuntimeError):
    """A recommender that is asked for predictions before ``fit``."""


class ParameterError(CourseError, ValueError):
    """An argument outside its possible range; the message names the range."""


class MissingLibraryError(CourseError, ImportError):
    """An optional library that is not installed; the message says how to get it."""


class LessonError(CourseError, RuntimeError):
    """A lesson that failed while it was executed; the message shows the failing cell."""


class SubmissionError(CourseError, ValueError):
    """A folder of submissions that cannot be graded."""


class PlanError(CourseError, ValueError):
    """A plan of the course that asks for something missing; the message names file and key."""


class WrongAnswerError(CourseError, AssertionError):
    """An answer to an exercise that a strict check found wrong or missing."""


class CourseWarning(UserWarning):
    """Something was left out or replaced as you asked; the message says what and how much."""
