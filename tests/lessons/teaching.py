"""What stands in the teacher's pack, and the numbers that its exam questions bring along."""

import math
import re
from pathlib import Path

import numpy as np

TEACH = Path(__file__).resolve().parents[2] / "book" / "teach"
LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]+)\)")
# Decimals, and whole numbers of three digits or more.
NUMBER = re.compile(r"(?<![\w.,])(?:\d[\d,]*\.\d+|\d{1,3}(?:,\d{3})+|\d{3,}(?!\.?\d))")
# The numbers of exam questions are their own. What is worked out from them stands here as the sum
# that gives it; what is only given, or is a wrong answer, is named by itself.
WORKED = {
    "fill_in_a_rating_matrix": {
        "1.7": 1.5 + 0.1 * 2,
        "2.05": 2 + 0.1 * 0.5,
        "2.15": 2 + 0.1 * 1.5,
        "0.7": 0.5 + 0.1 * 2,
        "5.09": 1.7 * 2.15 + 2.05 * 0.7,
        "2.17": 2 + 0.1 * 1.7,
        "0.705": 0.5 + 0.1 * 2.05,
        "0.008": 8 * 0.001,
        "0.0064": 100 * 0.008**2,
        "0.8": 100 * 0.008,
        "512": 64 * 8,
    },
    "add_a_head_and_read_its_mind": {
        "2.5": 1 * 0.5 + 2 * 1,
        "4.25": 1.5 * 2.5 + 0.5,
        "3.75": 1.5 * 0.5 + 3 * 1,
        "4.5": 1.5 * (2.5 + 0.5),
        "3.5": 2 + 1.5,
        "0.45": np.mean([0.31, 0.52, 0.44, 0.60, 0.38]),
        "0.44": np.mean([0.35, 0.49, 0.47, 0.55, 0.34]),
        "0.29": 0.60 - 0.31,
        "0.01": 0.45 - 0.44,
    },
    "explore_movielens": {
        "3.83": (10 + 10 * 3.6) / 12,
        "4.14": (90 * 4.2 + 10 * 3.6) / 100,
        "378": 90 * 4.2,
        "2.8": 144 / 51.2,
        "3.42": (5 + 36) / 12,
        "4.6": (10 + 36) / 10,
    },
    "find_neighbours": {
        "0.03": 3 / 103,
        "0.2": 0.7 * 40 / 140,
        "111": 11 + 100,
        "150": 50 + 100,
        "200": 100 + 100,
        "0.089": 0.9 * 11 / 111,
        "0.267": 0.8 * 50 / 150,
        "28.57": 20 / 0.7,
        "0.35": 0.5 - 0.15,
        "0.15": 0.3 * 0.5,
        "1.0": 0.5 + 0.3 + 0.2,
        "3.75": 3.4 + 0.35 / 1.0,
        "0.44": 0.35 / 0.8,
        "0.8": 0.5 + 0.3,
        "3.84": 3.4 + 0.35 / 0.8,
        "1.2": 0.5 + 0.3 + 0.2 + 0.2,
        "3.69": 3.4 + 0.35 / 1.2,
        "4.05": 3.4 + 0.65,
    },
    "factorize_movielens": {
        "3.7": 3.5 + 0.4 - 0.2,
        "0.12": 0.4 * 0.3,
        "0.42": 0.4 * 0.3 + 0.6 * 0.5,
        "4.12": 3.7 + 0.42,
        "0.38": 4.5 - 4.12,
        "0.1444": 0.38**2,
        "0.34": 0.3**2 + 0.5**2,
        "0.52": 0.4**2 + 0.6**2,
        "0.86": 0.34 + 0.52,
        "0.086": 0.1 * 0.86,
        "0.16": 0.4**2,
        "0.04": 0.2**2,
        "0.2": 0.16 + 0.04,
        "0.006": 0.03 * 0.2,
        "0.2364": 0.1444 + 0.086 + 0.006,
        "0.18": 0.6 * 0.5 - 0.4 * 0.3,
        "3.67": math.hypot(3.5, 1.1),
    },
    "build_two_towers": {
        "7.39": math.exp(2),
        "2.72": math.e,
        "0.665": 7.39 / (7.39 + 2.72 + 1),
        "0.41": -math.log(0.665),
        "14.78": 7.39 * 2,
        "10.87": math.e * 4,
        "29.65": 14.78 + 10.87 + 4,
        "0.498": 14.78 / 29.65,
        "0.70": -math.log(0.498),
        "0.80": 7.39 / 2 / (7.39 / 2 + 2.72 / 4 + 1 / 4),
        "8,395": 9066 - 671,
        "92.6": 100 * (9066 - 671) / 9066,
        "7.4": 100 * 671 / 9066,
        "6.9": math.log(1024),
        "5.5": math.log(1024 / 4),
    },
    "go_deep_stop_early_recommend": {
        "4,001": 4000 + 1,
        "3,998": 4001 - 3,
        "63,968": 3998 * 16,
        "0.8": 2 * (0.6**2 + 0.2**2),
        "0.1": 0.4 / 4,
        "0.45": math.sqrt(0.8 / 4),
        "0.32": math.sqrt(0.4 / 4),
        "0.4": (0.6 + 0.6 + 0.2 + 0.2) / 4,
    },
    "measure_a_recommender_honestly": {
        "0.63": 1 / math.log2(3),
        "0.5": 1 / math.log2(4),
        "0.43": 1 / math.log2(5),
        "0.70": 1.5 / 2.13,
        "1.5": 1 + 0.5,
        "2.13": 1 + 0.63 + 0.5,
        "2.56": 1 + 0.63 + 0.5 + 0.43,
        "1.25": (0.5 + 2) / 2,
        "0.25": 0.5**2,
        "1.46": math.sqrt((0.25 + 4) / 2),
        "2,400": 4 * 600,
    },
    "rank_do_not_rate": {
        "0.67": 4 / 6,
        "0.33": 1 / 3,
        "0.80": 4 / 5,
        "0.50": 3 / 6,
        "0.57": 4 / 7,
        "0.245": math.e / (math.e + math.e**2 + 1),
        "1.41": -math.log(0.245),
        "27.2": 2.72 / 0.1,
        "18.48": 7.39 / 0.4,
        "0.537": 27.2 / (27.2 + 18.48 + 5),
        "0.272": 2.72 * 0.1,
        "2.956": 7.39 * 0.4,
        "0.08": 0.272 / (0.272 + 2.956 + 0.2),
    },
    "recommend_by_content": {
        "0.69": math.log(2),
        "1.39": math.log(4),
        "2.39": 1 + math.log(8 / 2),
        "1.69": 1 + math.log(8 / 4),
        "2.93": math.hypot(2.39, 1.69),
        "0.58": 1.69 / 2.93,
        "0.82": 2.39 / 2.93,
        "0.63": (1.69**2 + 1) / math.sqrt((2.93**2 + 1) * (1.69**2 + 1)),
        "1,024": 2**10,
    },
    "start_cold": {
        "4.9": 3.5 + 0.2 - 0.1 + 0.3 + (3 + 1 - 3),
        "5.0": 3.5 + 0.2 + 0.3 + (2 * 1 - 1 * 1),
        "435": 30 * 29 / 2,
        "301": 1 + 300,
        "203": 3 + 200,
        "102": 2 + 100,
        "1.22": 1 / math.sqrt(2 / 3),
        "0.61": (0.75 - 0.25) / math.sqrt(2 / 3),
        "0.31": 0.25 / math.sqrt(2 / 3),
        "0.92": 0.75 / math.sqrt(2 / 3),
    },
}
GIVEN = {
    "fill_in_a_rating_matrix": "1.5 0.5 0.1 0.001",
    "add_a_head_and_read_its_mind": "1.5 0.5 0.31 0.52 0.44 0.60 0.38 0.35 0.49 0.47 0.55 0.34",
    "explore_movielens": "3.6 4.2",
    "find_neighbours": "0.9 0.4 0.8 3.4 0.5 0.3 0.2 0.7",
    "factorize_movielens": "3.5 0.4 0.2 0.6 0.3 0.5 4.5 0.1 0.03 1.1 3.7 1.7",
    "build_two_towers": "9,066",
    "go_deep_stop_early_recommend": "0.6 0.2 4000 4,000",
    "measure_a_recommender_honestly": "0.5 0.31 0.33 0.02 0.008 0.004",
    "rank_do_not_rate": "2.72 7.39 0.1 0.4 0.2",
    "recommend_by_content": "0.5 100 120 500 1995 1999 2000 2010",
    "start_cold": "3.5 0.2 0.1 0.3 0.75 0.25 300 100 200",
}


def page(name):
    return (TEACH / f"{name}.md").read_text(encoding="utf-8")


def section(text, title):
    """What stands below a heading, up to the next one of its level or above."""
    found = re.search(rf"^(#+) {re.escape(title)}$", text, flags=re.MULTILINE)
    assert found, f"there is no heading {title!r}"
    rest = text[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, flags=re.MULTILINE)
    return rest[: end.start()] if end else rest


def tables(text):
    """The rows of each table, without its head, as lists of what stands in the cells."""
    blocks = re.findall(r"(?:^\|[^\n]*\n)+", text + "\n", flags=re.MULTILINE)
    return [
        [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in block.split("\n")][
            2:-1
        ]
        for block in blocks
    ]


def anchors(path: Path):
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-") for title in titles}


def numbers(text):
    return set(NUMBER.findall(LINK.sub(" ", text)))


def shown(notebook):
    """All numbers that a reader of the lesson sees: prose, code, what was printed, alt text."""
    texts = [cell.source for cell in notebook.cells]
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            texts += [output.get("text", ""), str(output.get("metadata", ""))]
            texts += [text for kind, text in output.get("data", {}).items() if "text" in kind]
    return numbers("\n".join(texts))
