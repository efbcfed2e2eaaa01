"""Files put to something still being typed: already in the vault, known to its draft, not yet evidence.

Nothing of them lies anywhere in plain form; what is not saved in the end is taken out of the vault again.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from casedesk.casework.drafts import draft, drop_draft
from casedesk.casework.evidence import KeptFile, keep_file as attach_file, keep_stream
from casedesk.records import Draft, Evidence
from casedesk.records.rights import Right
from casedesk.store.cabinet import Store
from casedesk.store.vault import Kept
from casedesk.store.work import WITH_TRASH

__all__ = ["FILES", "KeptFile", "attach_bytes", "attach_file", "discard", "drop_unused", "read", "waiting", "written"]

FILES = "files"
"""The key under which a draft's values list its attached files."""


def attach_bytes(store: Store, data: bytes, file_name: str) -> KeptFile:
    """Keep what was pasted."""
    return keep_stream(store, io.BytesIO(data), file_name)


def written(file: KeptFile) -> dict[str, Any]:
    """The file as a draft's values hold it."""
    kept = file.kept
    return {"vault": kept.name, "key": kept.key.hex(), "size": kept.size, "sha256": kept.sha256,
            "name": file.file_name, "path": file.path, "type": file.media_type, "duration": file.duration,
            "changed": None if file.changed_at is None else file.changed_at.isoformat()}


def read(values: Mapping[str, Any]) -> KeptFile:
    """The file a draft's values speak of."""
    kept = Kept(values["vault"], bytes.fromhex(values["key"]), values["size"], values["sha256"])
    changed = dt.datetime.fromisoformat(values["changed"]) if values["changed"] else None
    return KeptFile(kept, values["name"], values["path"], changed, values["type"], values["duration"])


def waiting(store: Store) -> set[str]:
    """The vault names of all files that drafts hold."""
    with store.read(whole=True) as session:
        return {file["vault"] for values in session.scalars(select(Draft.values)) for file in values.get(FILES, ())}


def discard(store: Store, key: str) -> None:
    """Throw a draft away with its files."""
    found = draft(store, key)
    drop_draft(store, key)
    if found is not None:
        drop_unused(store, (read(file) for file in found.values.get(FILES, ())))


def drop_unused(store: Store, files: Iterable[KeptFile]) -> None:
    """Take out of the vault what neither evidence nor a draft refers to."""
    store.require(Right.KEEP)
    names = {file.kept.name for file in files}
    with store.read(whole=True) as session:
        used = set(session.scalars(select(Evidence.vault_name).where(Evidence.vault_name.in_(names)),
                                   execution_options=WITH_TRASH))
    for name in names - used - waiting(store):
        store.vault.drop(name)
