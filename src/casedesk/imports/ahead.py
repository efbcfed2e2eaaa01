"""The rows of a large file, read by another process while this one judges and stores those before.

The other is at most one block ahead, so that memory stays bounded; it ends when nobody asks for more. It loads what
reads and nothing of the cabinet.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from casedesk.base import i18n
from casedesk.base.errors import CasedeskError, ImportProblem
from casedesk.base.i18n import Language, tr
from casedesk.imports import formats, mending
from casedesk.imports.draft import Format, Options, Row

_ALONE = 2_000_000
"""Bytes of a file that is not worth a process of its own."""
_BLOCK = 500
_HEAVY = 1 << 20
"""Bytes of attachments that end a block."""


@dataclass(frozen=True)
class _Ended:
    """What the other process ends with."""

    asked: set[str]
    problem: Exception | None = None


def rows(found: Format, path: Path, options: Options) -> Iterator[Row]:
    """The rows of `found.read(path, options)`, fit to be kept; its errors, and its calls of `options.step`."""
    if path.stat().st_size < _ALONE:
        yield from mending.kept(found.read(path, options))
        return
    ours, theirs = get_context("spawn").Pipe(duplex=False)
    sent = replace(options, step=_silent, asked=set())
    other = get_context("spawn").Process(
        target=_read_there, args=(theirs, found.id, path, sent, i18n.language()), daemon=True)
    other.start()
    theirs.close()
    try:
        yield from _received(ours, path, options)
    finally:
        ours.close()
        other.terminate()
        other.join()


def _received(ours: Connection, path: Path, options: Options) -> Iterator[Row]:
    while True:
        try:
            told = ours.recv()
        except (EOFError, ConnectionResetError):
            raise ImportProblem(tr("“{file}” could not be read to its end: the reading process stopped.",
                                   file=path.name),
                                tr("Try again; if it happens again, keep it as evidence.")) from None
        if isinstance(told, int):
            options.step(told)
        elif isinstance(told, _Ended):
            options.asked.update(told.asked)
            if told.problem is not None:
                raise told.problem
            return
        else:
            yield from told


def _read_there(theirs: Connection, format_id: str, path: Path, options: Options, spoken: Language) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that stores; it ends this one
    i18n.use(spoken)
    options = replace(options, step=theirs.send)
    try:
        given = mending.kept(formats.named(format_id).read(path, options))
        while block := _block(given):
            theirs.send(block)
        theirs.send(_Ended(options.asked))
    except BrokenPipeError:
        return  # nobody asks for more
    except (CasedeskError, OSError) as problem:
        theirs.send(_Ended(options.asked, problem))


def _block(given: Iterator[Row]) -> list[Row]:
    block: list[Row] = []
    weight = 0
    for row in islice(given, _BLOCK):
        block.append(row)
        weight += sum(len(one.data) for one in getattr(row, "attachments", ()))
        if weight > _HEAVY:
            break
    return block


def _silent(done: int) -> None:
    """Nobody looks on."""
