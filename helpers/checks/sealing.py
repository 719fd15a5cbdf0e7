"""Exercises that cannot be read by accident: how a student edition ships its checks.

This keeps an answer out of sight, like a page that is turned upside down. It is not a protection:
anybody who wants to unseal a text can.
"""

from __future__ import annotations

import base64
import bz2
from typing import Any

# No file has this name, so a traceback has no line of it to show.
SEALED = "<sealed exercises>"
LINE_WIDTH = 96
MODULE = '''"""The exercises of this lesson, sealed, so that nobody reads them by accident."""

from helpers.checks.sealing import unseal

unseal(
    globals(),
    """
{sealed}
""",
)
'''


def seal(source: str) -> str:
    """The text of a module that defines the names of ``source`` without showing it.

    The same source always gives the same text.
    """
    packed = base64.b85encode(bz2.compress(source.encode())).decode()
    lines = [packed[start : start + LINE_WIDTH] for start in range(0, len(packed), LINE_WIDTH)]
    return MODULE.format(sealed="\n".join(lines))


def unseal(names: dict[str, Any], sealed: str) -> None:
    """Define what was sealed.

    Args:
        names: where to define it; the ``globals()`` of a module.
        sealed: what ``seal`` wrote between the quotes.
    """
    source = bz2.decompress(base64.b85decode("".join(sealed.split()))).decode()
    exec(compile(source, SEALED, "exec"), names)
