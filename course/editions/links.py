"""Change the links of a Markdown text to where their files are in an edition."""

from __future__ import annotations

import re
from collections.abc import Callable

LINK = re.compile(r"(?<!!)\[(?P<text>[^\]\n]+(?:\n[^\]\n]+)?)\]\((?P<target>[^)\s]+)\)")
ELSEWHERE = re.compile(r"[a-z]+:|#", flags=re.IGNORECASE)


def with_links(text: str, lead: Callable[[str], str | None]) -> str:
    """The text with every relative link changed; images and other addresses stay.

    Args:
        text: Markdown.
        lead: the new address of a file, without its anchor; if there is none, only the words of
            the link remain.

    Example:
        >>> with_links("[a](b.md#c), [d](e.md), [f](https://g.h)", {"b.md": "x.md"}.get)
        '[a](x.md#c), d, [f](https://g.h)'
    """

    def led(link: re.Match[str]) -> str:
        if ELSEWHERE.match(link["target"]):
            return link[0]
        file, mark, anchor = link["target"].partition("#")
        there = lead(file)
        return f"[{link['text']}]({there}{mark}{anchor})" if there else link["text"]

    return LINK.sub(led, text)
