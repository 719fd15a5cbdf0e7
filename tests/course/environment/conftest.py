"""The checkout, whose files the needs of a class name."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def root_of_checkout() -> Path:
    return Path(__file__).resolve().parents[3]
