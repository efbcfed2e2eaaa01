"""Reads each file named on the command line in a child of its own, under limits, and prints what came of it as JSON.

The first word says as what: imports, exhibits, templates, exchanges or backups.

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
from casedesk.base.i18n import words
from casedesk.casework import exchange_contents, exchange_parcel
from casedesk.exports import pages
from casedesk.exports.exhibits import pdfs, pictures, preflight  # noqa: F401 - loaded before the children are made
from casedesk.exports.exhibits.kinds import ExhibitFile
from casedesk.exports.letters import letterhead, places
from casedesk.imports import formats, table
from casedesk.imports.draft import Draft, Options
from casedesk.store import backup, header, keys

MEMORY, SECONDS = 512 << 20, 20


def _import(path: Path) -> dict[str, Any]:
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


def _exhibit(path: Path) -> dict[str, Any]:
    """Examined and laid out as a page of a bundle."""
    say = words("en")
    found = preflight.examine(ExhibitFile(key="x", title="x", file_name=path.name, size=path.stat().st_size, sha256="",
                                          open=lambda: path.open("rb")), say)
    if found.problem is not None:
        return {"outcome": "refused", "why": str(found.problem)}
    return {"outcome": "read", "format": found.media_type, "rows": len(found.make(pages.A4, say).bands), "why": ""}


def _template(path: Path) -> dict[str, Any]:
    places.opened(path.read_bytes())
    letterhead.read(path.read_bytes(), str)
    return {"outcome": "read", "why": ""}


def _exchange(path: Path) -> dict[str, Any]:
    with exchange_parcel.opened(path) as parcel:
        exchange_contents.read(parcel)
    return {"outcome": "read", "why": ""}


def _backup(path: Path) -> dict[str, Any]:
    """A backup, or a cabinet's list of keys, against the key that lies beside their folder."""
    if path.suffix == ".keys":
        path.rename(path.with_name(header.HEADER))
        return {"outcome": "read", "why": header.read(path.parent).cabinet}
    backup.check(path, keys.CabinetKey((path.parent.parent / "key").read_bytes()))
    return {"outcome": "read", "why": ""}


_READERS = {"imports": _import, "exhibits": _exhibit, "templates": _template, "exchanges": _exchange,
            "backups": _backup}


def _child(path: Path, kind: str, out: int) -> NoReturn:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        told = _READERS[kind](path)
    except CasedeskError as problem:
        told = {"outcome": "refused", "why": str(problem)}
    except BaseException as problem:
        told = {"outcome": "crashed", "why": f"{type(problem).__name__}: {problem}"[:300]}
    if len(str(told["why"])) > 2000:
        told = {"outcome": "crashed", "why": f"it says more than anybody reads: {told['why'][:300]}"}
    os.write(out, json.dumps(told).encode())
    os._exit(0)


def _no_socket(*_: object, **__: object) -> NoReturn:
    raise AssertionError("a socket was opened")


def main(kind: str, paths: list[str]) -> None:
    """One line of JSON for each file."""
    socket.socket = _no_socket  # type: ignore[assignment, misc]
    for name in paths:
        start, (into, out) = time.monotonic(), os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(into)
            _child(Path(name), kind, out)
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
    main(sys.argv[1], sys.argv[2:])
