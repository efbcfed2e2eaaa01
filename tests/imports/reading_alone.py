"""Reads each file named on the command line in a child of its own, under limits, and prints what came of it as JSON.

The parent has everything imported, so that a child costs milliseconds; no child may open a socket.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from casedesk.base.errors import CasedeskError
from casedesk.imports import formats, table
from casedesk.imports.draft import Draft, Options

MEMORY, SECONDS = 512 << 20, 20


def _read(path: Path) -> dict[str, Any]:
    found = formats.recognise(path)
    if found is None:
        return {"outcome": "unknown", "why": formats.seen(path)}
    rows, said = 0, ""
    if found.id == "table":
        table.layout(path)
    for row in found.read(path, Options()):
        rows += isinstance(row, Draft)
        said = said or getattr(row, "message", "")
    return {"outcome": "read", "format": found.id, "rows": rows, "why": said}


def _child(path: Path, out: int) -> NoReturn:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        told = _read(path)
    except CasedeskError as problem:
        told = {"outcome": "refused", "why": str(problem)}
    except BaseException as problem:
        told = {"outcome": "crashed", "why": f"{type(problem).__name__}: {problem}"[:300]}
    os.write(out, json.dumps(told).encode()[:60_000])
    os._exit(0)


def _no_socket(*_: object, **__: object) -> NoReturn:
    raise AssertionError("a socket was opened")


def main(paths: list[str]) -> None:
    """One line of JSON for each file."""
    socket.socket = _no_socket  # type: ignore[assignment, misc]
    for name in paths:
        start, (into, out) = time.monotonic(), os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(into)
            _child(Path(name), out)
        os.close(out)
        with os.fdopen(into, "rb") as told:
            text = told.read()
        _, status, used = os.wait4(pid, 0)
        ended = os.WIFSIGNALED(status) and signal.Signals(os.WTERMSIG(status)).name
        found = json.loads(text) if text else {"outcome": "crashed", "why": str(ended)}
        print(json.dumps({"file": name,  # noqa: T201 - its answer
                          "seconds": round(time.monotonic() - start, 2),
                          "cpu": round(used.ru_utime + used.ru_stime, 2), "mb": used.ru_maxrss >> 10, **found}))


if __name__ == "__main__":
    main(sys.argv[1:])
