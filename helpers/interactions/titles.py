"""Titles as people write them: without accents, articles and years, in any order, with a typo."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

YEAR = re.compile(r"\(\s*((?:18|19|20)\d\d)\s*(?:[-–]\s*(?:\d{4})?\s*)?\)\s*$")
YEAR_ALONE = re.compile(r"\b((?:18|19|20)\d\d)\s*$")
# Articles before a name, or after it with a comma: "Matrix, The".
ARTICLES = frozenset(
    (
        *("the", "a", "an", "le", "la", "les", "l", "un", "une", "der", "die", "das", "ein"),
        *("eine", "el", "los", "las", "una", "il", "lo", "i", "gli", "uno", "o", "os", "as", "um"),
        *("uma", "de", "het", "den", "det", "en", "et"),
    )
)
# Of 100: two spellings of one title are at least this similar.
ALIKE = 82
# And the next name is less similar by this much.
MARGIN = 6
# A shorter text is one letter away from too many names.
SHORTEST = 5
# Letters without an accent that could be removed.
FOLDED = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "&": " and "})


def folded(text: str) -> str:
    """Small letters without accents, one space between words, no signs.

    Example:
        >>> folded("Amélie -- L'Été & Co.")
        'amelie l ete and co'
    """
    apart = unicodedata.normalize("NFKD", text.casefold().translate(FOLDED))
    letters = "".join(each for each in apart if not unicodedata.combining(each))
    return " ".join(re.findall(r"[^\W_]+", letters))


def parted(title: str) -> tuple[str, str]:
    """A title without its year, and the year, empty if there is none.

    Example:
        >>> parted("Matrix, The (1999)"), parted("Zoo")
        (('Matrix, The', '1999'), ('Zoo', ''))
    """
    found = YEAR.search(title)
    return (title[: found.start()].strip(), found[1]) if found else (title.strip(), "")


def names_of(title: str) -> list[str]:
    """All names of a film, folded, without articles: outside brackets, inside, and all.

    Example:
        >>> names_of("Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)")
        ['amelie', 'fabuleux destin d amelie poulain', 'amelie fabuleux destin d amelie poulain']
    """
    name, _year = parted(title)
    inside = re.findall(r"\(([^()]*)\)", name)
    outside = re.sub(r"\([^()]*\)", " ", name)
    texts = [outside, *(re.sub(r"^a\.?k\.?a\.?:?\s+", "", each.strip()) for each in inside)]
    found = [without_article(each) for each in texts]
    whole = without_article(name)
    return list(dict.fromkeys(each for each in (*found, whole) if each))


def without_article(name: str) -> str:
    """A folded name without the article before it, or after a comma at its end.

    Example:
        >>> without_article("Matrix, The"), without_article("The Matrix"), without_article("The")
        ('matrix', 'matrix', 'the')
    """
    front, comma, last = name.rpartition(",")
    if comma and folded(last) in ARTICLES:
        name = front
    words = folded(name).split()
    if len(words) > 1 and words[0] in ARTICLES:
        words = words[1:]
    return " ".join(words)


def spoken(name: str) -> str:
    """A folded name; an article after it with a comma is moved to the front.

    Example:
        >>> spoken("Matrix, The"), spoken("The Matrix"), spoken("Heat")
        ('the matrix', 'the matrix', 'heat')
    """
    front, comma, last = name.rpartition(",")
    return folded(f"{last} {front}") if comma and folded(last) in ARTICLES else folded(name)


class TitleIndex:
    """Finds films by what people write, best first.

    Args:
        titles: of all films, in index order.
    """

    def __init__(self, titles: Sequence[str]) -> None:
        self.years = [parted(title)[1] for title in titles]
        self.names: list[str] = []
        self.films: list[int] = []
        self._whole: dict[str, list[int]] = {}
        self._spoken: dict[str, list[int]] = {}
        self._exact: dict[str, list[int]] = {}
        self._series: dict[str, list[int]] = {}
        for film, title in enumerate(titles):
            self._whole.setdefault(folded(title), []).append(film)
            self._spoken.setdefault(spoken(parted(title)[0]), []).append(film)
            before, colon, _after = parted(title)[0].partition(":")
            if colon:
                self._series.setdefault(without_article(before), []).append(film)
            for name in names_of(title):
                self._exact.setdefault(name, []).append(film)
                self.names.append(name)
                self.films.append(film)

    def matches(self, text: str) -> list[int]:
        """The films that a text means, in index order.

        First those with exactly this title, except for signs and accents; then those with the
        name, and the year if it ends in one; then those with the same words in another order;
        then those of a series, such as Star Wars; and last, if no other is similar, the one
        that it misspells.
        """
        found = self._whole.get(folded(text))
        if found:
            return found
        name, year = self._wanted(text)
        as_spoken = spoken(self._parted(text)[0])
        sorted_words = sorted(name.split())
        tiers = (
            lambda: self._spoken.get(as_spoken, []),
            lambda: self._exact.get(name, []),
            lambda: self._films(lambda each: sorted(each.split()) == sorted_words),
            lambda: self._series.get(name, []),
            lambda: self._misspelt(name),
        )
        for tier in tiers:
            found = [film for film in tier() if not year or self.years[film] == year]
            if found:
                return sorted(set(found))
        return []

    def nearest(self, text: str, n: int) -> list[int]:
        """The n films with titles most similar to a text, best first."""
        name, year = self._wanted(text)
        name = name or folded(text)
        places = {
            place
            for scorer in (fuzz.ratio, fuzz.token_sort_ratio, fuzz.token_set_ratio)
            for _text, _score, place in process.extract(
                name, self.names, scorer=scorer, limit=5 * n + 20
            )
        }
        order = sorted(
            places,
            key=lambda place: (-_likeness(name, self.names[place]), len(self.names[place]), place),
        )
        best = list(dict.fromkeys(self.films[place] for place in order))
        first = [film for film in best[: 2 * n] if year and self.years[film] == year]
        return list(dict.fromkeys((*self.matches(text), *first, *best)))[:n]

    def _wanted(self, text: str) -> tuple[str, str]:
        """The wanted name without article, and a year if it ends in one."""
        name, year = self._parted(text)
        return without_article(name), year

    def _parted(self, text: str) -> tuple[str, str]:
        name, year = parted(text)
        alone = YEAR_ALONE.search(name)
        # The name itself may end in a year, such as Blade Runner 2049.
        if not year and alone and alone.start() and without_article(name) not in self._exact:
            name, year = name[: alone.start()], alone[1]
        return name, year

    def _films(self, is_meant: Callable[[str], bool]) -> list[int]:
        pairs = zip(self.names, self.films, strict=True)
        return [film for name, film in pairs if is_meant(name)]

    def _misspelt(self, wanted: str) -> list[int]:
        """The films of the one name with a similar spelling, if no other name is similar."""
        if len(wanted) < SHORTEST:
            return []
        names = list(self._exact)
        found = process.extract(wanted, names, scorer=fuzz.ratio, limit=2, score_cutoff=ALIKE)
        if not _stands_out(found) or _numbers(found[0][0]) != _numbers(wanted):
            return []
        return self._exact[found[0][0]]


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _stands_out(found: list) -> bool:
    return bool(found) and (len(found) == 1 or found[0][1] - found[1][1] >= MARGIN)


def _likeness(one: str, other: str) -> float:
    """Similarity of 100: by spelling, order of words, and missing words."""
    found: float = max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other))
    if set(one.split()) & set(other.split()):
        # One name with all words of the other is less similar than an equal name.
        found = max(found, 0.95 * fuzz.token_set_ratio(one, other))
    return found


@lru_cache(maxsize=8)
def _index(titles: tuple[str, ...]) -> TitleIndex:
    return TitleIndex(titles)


def title_index(titles: Iterable[str]) -> TitleIndex:
    """The index of these titles, made once for equal titles."""
    return _index(tuple(str(title) for title in titles))
