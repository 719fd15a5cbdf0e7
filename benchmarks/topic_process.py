"""The program of a topic's own process: ``python -m benchmarks.topic_process REQUEST``.

It says what it measures as it goes, one JSON object per line. Libraries print to the
other stream, so that it cannot be taken for a result.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from types import ModuleType
from typing import Any, TextIO

from benchmarks.contests import installed, measure
from helpers.errors import CourseError


def main() -> None:
    """Run the function that the request names."""
    request = json.loads(sys.argv[1])
    function = request["function"]
    module = import_module(f"benchmarks.{request['name']}")
    if function == "report":
        try:
            module.report(request["data"], request["quick"], request["runs"])
        except CourseError as error:
            raise SystemExit(f"Error: {error}") from None
        return
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as results:
        os.dup2(2, 1)
        try:
            if function == "measure_growth":
                table = module.measure_growth(request["data"], request["quick"])
                _say(results, "growth", rows=table.to_dict("records"))
            else:
                _contests(results, module, request)
            _say(results, "done")
        except CourseError as error:
            _say(results, "failed", error=str(error))


def _contests(results: TextIO, module: ModuleType, request: dict[str, Any]) -> None:
    for contest in module.contests(request["data"], request["quick"]):
        runs = request["runs"] or (1 if request["quick"] else contest.runs)
        _say(results, "begins", name=contest.name)
        table = measure(contest, runs)
        libraries = {name: installed(name) for name in contest.libraries}
        _say(
            results,
            "measured",
            name=contest.name,
            work=contest.work,
            note=contest.note,
            libraries={name: found for name, found in libraries.items() if found},
            missing=[name for name, found in libraries.items() if not found],
            rows=table.drop(columns="contest").to_dict("records"),
        )


def _say(results: TextIO, kind: str, **content: Any) -> None:
    # JSON cannot hold NumPy's numbers and truth values.
    text = json.dumps({"kind": kind, "content": content}, default=lambda value: value.item())
    results.write(f"{text}\n")
    results.flush()


if __name__ == "__main__":
    main()
