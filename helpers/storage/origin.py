"""When something was made, and with which versions."""

from __future__ import annotations

import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version

import helpers

LIBRARIES = ("numpy", "scipy", "pandas")
# Heavy: named only if the result has used them.
OPTIONAL = ("keras", "tensorflow", "implicit", "surprise")


def versions() -> dict[str, str]:
    """Versions of Python, of this package and of the libraries behind the numbers."""
    found = {"python": platform.python_version(), "helpers": helpers.__version__}
    found.update({name: version(name) for name in LIBRARIES})
    for name in OPTIONAL:
        module = sys.modules.get(name)
        if module is not None and hasattr(module, "__version__"):
            found[name] = str(module.__version__)
    return found


def now() -> str:
    """Date and time in UTC, to the second, ISO 8601."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()
