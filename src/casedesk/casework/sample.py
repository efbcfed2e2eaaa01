"""The sample firm: matters shipped as exchange files, taken in as anybody's would be."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import select

from casedesk.base.errors import StoreUnavailable
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.base.resources import resource_path
from casedesk.casework import exchange, findings, package
from casedesk.casework.forms import find_form
from casedesk.records import Matter, Setting
from casedesk.records.rights import Right
from casedesk.records.words import Severity
from casedesk.store import keys
from casedesk.store.cabinet import Store
from casedesk.store.keys import Cost

PASSPHRASE = "demo"  # noqa: S105 - printed for everybody to see
MAIN = "2026-0012"
"""Reference of the matter whose package the demo writes."""


def build(cabinet: Path, packed: Path, progress: Progress = silent) -> None:
    """Make the sample cabinet and the package of its main matter in new folders."""
    if packed.exists():
        raise StoreUnavailable(tr("{folder} exists already.", folder=packed), tr("Choose another folder."))
    with sample_cabinet(cabinet, progress) as store:
        try:
            with store.read() as session:
                matter_id = session.scalars(select(Matter.id).where(Matter.ref == MAIN)).one()
            package.write(store, matter_id, packed, find_form("cn-court"), lang="zh", progress=progress)
        except BaseException:
            _forget(store)
            raise


def sample_cabinet(folder: Path, progress: Progress = silent, *, cost: Cost = keys.OFFICE) -> Store:
    """A new cabinet with all sample matters, open."""
    store, _ = Store.create(folder, PASSPHRASE, cost=cost)
    try:
        with store.work(Right.WRITE) as session:
            session.add(Setting(key="firm", value={"name": "合飞律师事务所"}))
        for file in sorted(resource_path("sample").glob("*.zip")):
            exchange.take_in(store, file, progress=progress)
        findings.recheck_all(store, progress)
        _confirm_the_gravest(store)
    except BaseException:
        _forget(store)
        raise
    return store


def _forget(store: Store) -> None:
    """Nothing is left of a sample that was stopped, so that it can be asked for again."""
    store.close()
    shutil.rmtree(store.folder, ignore_errors=True)


def _confirm_the_gravest(store: Store) -> None:
    """As a lawyer would have: what is grave, and the night; the rest waits for whoever tries the program."""
    with store.read() as session:
        matter_id = session.scalars(select(Matter.id).where(Matter.ref == MAIN)).one()
    for one in findings.findings(store, matter_id):
        if one.severity in {Severity.S4, Severity.S3} or one.rule == "night-contact":
            findings.confirm(store, one.uuid)
