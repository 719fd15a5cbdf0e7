"""Estimators of Surprise and implicit behind the common interface, to compare ours with theirs.

Both libraries are optional: ``pip install -e ".[peers]"`` in the course's folder installs them.
They are loaded when an adapter is made, not when this package is imported.

Checked in November 2026: scikit-surprise 1.1.5 (BSD-3-Clause) and implicit 0.7.3 (MIT), both of
May 2026, have wheels for Python 3.11 to 3.13 on Linux (x86-64 and arm64), Windows and macOS arm64,
and work with NumPy 2.4 and pandas 3.1.
"""

from benchmarks.adapters.from_implicit import FromImplicit
from benchmarks.adapters.from_surprise import FromSurprise

__all__ = ["FromImplicit", "FromSurprise"]
