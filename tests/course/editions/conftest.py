"""The edition that students get of the real course."""

from pathlib import Path

import pytest

from course.editions import package


@pytest.fixture(scope="session")
def edition(whole_plan) -> dict[str, bytes]:
    """The files of the student edition of the real course, with every lesson."""
    return package.files(Path(__file__).resolve().parents[3], whole_plan)
