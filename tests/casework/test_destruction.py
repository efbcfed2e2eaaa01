from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from casedesk.base.errors import InvalidEntry
from casedesk.casework import trash
from casedesk.casework.evidence import add_files
from casedesk.records import Matter, Note
from casedesk.store.cabinet import Store
from casedesk.store.work import WITH_TRASH


def keep(store: Store, **how: object) -> None:
    with store.work() as session:
        found = session.scalars(select(Matter)).one()
        for name, value in how.items():
            setattr(found, name, value)


def test_a_legal_hold_forbids_to_delete_and_to_empty_the_trash(store: Store, matter: Matter, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    [proof] = add_files(store, matter.id, [tmp_path / "a.txt"])
    note = Note(matter_id=matter.id, body="x")
    with store.work() as session:
        session.add(note)
    trash.delete(store, Note, note.uuid)
    keep(store, on_hold=True, hold_reason="诉讼中")
    for kind, uuid in ((Matter, matter.uuid), (type(proof), proof.uuid)):
        with pytest.raises(InvalidEntry, match="legal hold"):
            trash.delete(store, kind, uuid)
    assert trash.empty_trash(store, older_than_days=-1) == 0
    with store.read() as session:
        assert session.scalars(select(Note), execution_options=WITH_TRASH).one().body == "x"
    keep(store, on_hold=False)
    assert trash.empty_trash(store, older_than_days=-1) == 1
    trash.delete(store, Matter, matter.uuid)
