"""Whether the search index says what the records say: every text, and for each run of signs how many texts hold it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.records import Finding
from casedesk.store import office, search
from casedesk.store.search_rebuild import entries
from casedesk.store.search_text import searched

_BLOCK = 500
_BARE = {Finding.__tablename__}
"""Findings nobody decided are written without a text to search, because rules find them again."""


def differing(connection: Connection, progress: Progress = silent) -> Iterator[tuple[str, int]]:
    """Kind of record, and of how many the index lacks the text, has another, or has one too many."""
    kinds = {kind: one for kind, one in searched().items() if kind not in _BARE}
    for done, (kind, one) in enumerate(kinds.items(), 1):
        progress(done, len(kinds), tr("Comparing the search index"))
        wrong, seen = 0, 0
        found = entries(connection, one)
        while block := list(islice(found, _BLOCK)):
            kept = _kept(connection, kind, [entry[2] for entry in block])
            for _, _, record_id, matter_id, said in block:
                seen += record_id in kept
                wrong += kept.get(record_id) != (matter_id, said)
        total = connection.exec_driver_sql(
            office.marked(connection, "SELECT count(*) FROM search_text WHERE kind = ?"), (kind,)).scalar_one()
        wrong += total - seen
        if wrong:
            yield kind, wrong
    differs = 0 if office.in_postgres(connection) else _runs_differing(connection)
    if differs:
        yield "search_gram", differs


def _runs_differing(connection: Connection) -> int:
    """How many runs of signs do not stand in as many texts as the index says."""
    grams: Counter[str] = Counter()
    for kind, matter_id, said in connection.exec_driver_sql("SELECT kind, matter_id, text FROM search_text"):
        grams.update(search.indexed(kind, matter_id, said).split(" "))
    indexed = dict(_indexed(connection))
    return sum(1 for gram in grams.keys() | indexed.keys() if grams.get(gram) != indexed.get(gram))


def _kept(connection: Connection, kind: str, ids: list[int]) -> dict[int, tuple[int | None, str]]:
    asked = ("SELECT record_id, matter_id, text FROM search_text WHERE kind = ? AND record_id IN ("  # noqa: S608 - marks
             + ", ".join("?" * len(ids)) + ")")
    rows = connection.exec_driver_sql(office.marked(connection, asked), (kind, *ids))
    return {row[0]: (row[1], row[2]) for row in rows}


def _indexed(connection: Connection) -> Iterator[tuple[str, int]]:
    """Every run of signs in the index and in how many texts it stands."""
    connection.exec_driver_sql(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_runs USING fts5vocab(main, search_gram, row)")
    rows: Any = connection.exec_driver_sql("SELECT term, doc FROM temp.search_runs")
    yield from rows
