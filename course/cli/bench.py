"""``course bench``: our seconds compared with those of other libraries."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

import helpers
from course.cli.common import INTERRUPTED, app, console
from course.measured.stored import this_machine
from helpers.errors import MissingDataError, ParameterError

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

KEPT = {True: "[green]✓ kept[/green]", False: "[red]✗ not kept[/red]", None: ""}
OF_A_SIDE = ("side", "ours", "runs", "seconds", "fastest", "slowest", "ratio", "at_most")
GET_PEERS = 'pip install -e ".[peers]" installs versions that fit ours.'


@dataclass
class Measured:
    """What has been measured of a topic so far: one row per side, and missing libraries."""

    topic: str
    quick: bool = False
    rows: list[dict[str, Any]] = field(default_factory=list)
    growth: list[dict[str, Any]] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    error: str = ""

    def frame(self) -> pd.DataFrame:
        """The rows as ``course.measured.contests`` stores them."""
        import pandas as pd

        return pd.DataFrame(self.rows).assign(topic=self.topic)


@app.command()
def bench(
    topics: Annotated[
        list[str] | None,
        typer.Argument(metavar="TOPIC", help="Topics, such as factorization; if left out, all."),
    ] = None,
    *,
    data: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Use this data set, if a topic takes one."),
    ] = None,
    runs: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="How many runs; if left out, each topic's own number."
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Small sizes, one run: to see that it works.")
    ] = False,
    store: Annotated[
        bool, typer.Option("--store", help="Store the figures in book/; rewrite the README's.")
    ] = False,
    listed: Annotated[bool, typer.Option("--list", help="List the topics; nothing runs.")] = False,
) -> None:
    """Measure our seconds and those of other libraries, in turn, in one session.

    Ratios are ours ÷ theirs, of medians. Other libraries are optional:
    `pip install -e ".[peers]"` installs them. A topic that prints a report or takes many minutes
    runs only if you name it.

    For example:

    - `course bench --list` says what there is
    - `course bench neighbours top_n` measures two topics
    - `course bench factorization --data ml-1m` after `course data get ml-1m`
    """
    from course.measured import contests as speed

    if store and (data is not None or runs is not None or quick):
        raise ParameterError(
            "--store keeps what each topic measures by default: leave out --data, --runs "
            "and --quick."
        )
    benchmarks = _benchmarks()
    known = benchmarks.topics()
    if listed:
        _list(known.values())
        return
    chosen = _chosen(topics or [], known)
    if store:
        # A fault in the README is reported now, not after minutes of measuring.
        speed.readme(_root())
    screen = console()
    failed = False
    for topic in chosen:
        measured = Measured(topic.name, quick)
        try:
            with closing(benchmarks.run(topic, data=data, quick=quick, runs=runs)) as messages:
                _follow(messages, measured, screen)
        except KeyboardInterrupt:
            _print(measured, topic.about, screen)
            screen.print(f"Stopped in {topic.name}; nothing of it was stored.")
            raise typer.Exit(INTERRUPTED) from None
        _print(measured, topic.about, screen)
        failed = failed or bool(measured.error)
        if store and not measured.error:
            _store(measured, screen)
    _print_origin(screen)
    raise typer.Exit(1 if failed else 0)


def _root() -> Path:
    return Path(helpers.__file__).resolve().parents[1]


def _benchmarks() -> ModuleType:
    """The module of this checkout that finds and runs the topics."""
    root = _root()
    if not (root / "benchmarks" / "bench.py").is_file():
        raise MissingDataError(
            f"There is no folder {root / 'benchmarks'}: the benchmarks come with the repository, "
            "not with the installed package. Clone the repository and run this command from there."
        )
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return import_module("benchmarks.bench")


def _chosen(names: list[str], known: dict[str, Any]) -> list[Any]:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ParameterError(f"There is no topic {unknown[0]!r}. The topics: {', '.join(known)}.")
    if not names:
        return [topic for topic in known.values() if topic.function == "contests"]
    return [known[name] for name in dict.fromkeys(names)]


def _list(topics: Iterable[Any]) -> None:
    table = Table("topic", "measures", "runs")
    for topic in topics:
        when = "with all" if topic.function == "contests" else "when named"
        table.add_row(topic.name, escape(topic.about), when)
    console().print(table)


def _follow(messages: Iterable[Any], measured: Measured, screen: Console) -> None:
    """Read what the process of a topic says, and show what it is doing."""
    with screen.status(measured.topic) as status:
        for message in messages:
            content = message.content
            if message.kind == "begins":
                status.update(f"{measured.topic}: {escape(content['name'])}")
            elif message.kind == "measured":
                measured.rows += _rows(content)
                measured.missing |= set(content["missing"])
                if not screen.is_terminal:
                    typer.echo(f"{measured.topic}: {content['name']}")
            elif message.kind == "growth":
                measured.growth = content["rows"]
            elif message.kind == "failed":
                measured.error = content["error"]


def _rows(content: dict[str, Any]) -> list[dict[str, Any]]:
    from course.measured import contests as speed

    libraries = ", ".join(f"{name} {found}" for name, found in content["libraries"].items())
    shared = {"contest": content["name"], "work": content["work"], "note": content["note"]}
    return [
        {name: row[name] for name in OF_A_SIDE}
        | shared
        | {"versions": libraries}
        | {
            "figures": speed.figures_in_words(
                {name: value for name, value in row.items() if name not in OF_A_SIDE}
            )
        }
        for row in content["rows"]
    ]


def _print(measured: Measured, about: str, screen: Console) -> None:
    from course.measured import contests as speed

    if measured.rows:
        screen.print(_table(measured, about))
        for contest, work, note in dict.fromkeys(
            (row["contest"], row["work"], row["note"]) for row in measured.rows
        ):
            about = f"{contest}: {speed.sentence(work)} {speed.sentence(note)}".strip()
            screen.print(about, markup=False, highlight=False)
    if measured.growth:
        screen.print(_plain(measured.growth, about))
    if measured.missing:
        missing = ", ".join(sorted(measured.missing))
        screen.print(f"Left out, not installed: {missing}. {GET_PEERS}", markup=False)
    if versions := sorted({row["versions"] for row in measured.rows if row["versions"]}):
        screen.print(", ".join(versions), markup=False, highlight=False)
    if measured.error:
        typer.echo(f"\nFailed: {measured.topic}: {measured.error}\n", err=True)


def _table(measured: Measured, about: str) -> Table:
    from course.measured import contests as speed

    table = Table(title=f"{measured.topic}: {about}", title_justify="left")
    table.add_column("contest")
    table.add_column("side")
    for name in ("seconds", "range", "ours ÷ theirs", "promised"):
        table.add_column(name, justify="right")
    table.add_column("")
    figures = any(row["figures"] for row in measured.rows)
    if figures:
        table.add_column("figures")
    last = ""
    for row in measured.rows:
        if last and row["contest"] != last:
            table.add_section()
        kept = speed.kept(row["ratio"], _number(row["at_most"]))
        verdict = "too small to tell" if measured.quick and kept is not None else KEPT[kept]
        table.add_row(
            escape(row["contest"]) if row["contest"] != last else "",
            f"[bold]{escape(row['side'])}[/bold]" if row["ours"] else escape(row["side"]),
            speed.seconds_in_words(row["seconds"]),
            f"{speed.seconds_in_words(row['fastest'])} – {speed.seconds_in_words(row['slowest'])}",
            "" if row["ours"] else speed.ratio_in_words(row["ratio"]),
            "" if kept is None else f"≤ {row['at_most']:g}",
            verdict,
            *([escape(row["figures"])] if figures else []),
        )
        last = row["contest"]
    return table


def _print_origin(screen: Console) -> None:
    from helpers.evaluation.provenance import versions

    used = ", ".join(f"{name} {found}" for name, found in versions().items())
    screen.print(f"{this_machine()}\n{used}", soft_wrap=True, highlight=False)


def _plain(rows: list[dict[str, Any]], title: str) -> Table:
    table = Table(*rows[0], title=title, title_justify="left")
    for row in rows:
        table.add_row(
            *(
                f"{value:,.4g}" if isinstance(value, float) else escape(str(value))
                for value in row.values()
            )
        )
    return table


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _store(measured: Measured, screen: Console) -> None:
    """Store all rows of a topic, or say why not."""
    if measured.missing:
        missing = ", ".join(sorted(measured.missing))
        screen.print(f"Not stored, since {missing} is not installed.", markup=False)
    elif measured.rows or measured.growth:
        path = _stored(measured)
        screen.print(f"Stored in {path}", soft_wrap=True, highlight=False)


def _stored(measured: Measured) -> Path:
    from course.measured import contests as speed

    if measured.rows:
        return speed.store(measured.frame(), _root())
    import pandas as pd

    from course.measured import scaling as growth

    path = _root() / "book" / growth.FILE
    growth.save_growth(pd.DataFrame(measured.growth), path)
    return path
