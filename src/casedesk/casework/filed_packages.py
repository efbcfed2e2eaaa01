"""The packages that were filed, as they are kept: what their manifests say, and where each exhibit stood."""

from __future__ import annotations

import json
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from casedesk.base.errors import CasedeskError, InvalidEntry
from casedesk.base.i18n import tr
from casedesk.casework.evidence import kept
from casedesk.casework.forms import forms
from casedesk.casework.sealing import MANIFEST
from casedesk.records import Evidence, Filing
from casedesk.store.cabinet import Store

if TYPE_CHECKING:
    from casedesk.exports.bundle.plan import Cited


@dataclass(frozen=True)
class FiledExhibit:
    """Where a piece of evidence stands in what was filed."""

    evidence: uuid.UUID
    name: str
    number: str
    first: int
    last: int
    pages: str
    """As they are printed."""

    @property
    def ends(self) -> tuple[str, str]:
        """The printed numbers of the first and the last page."""
        first, _, last = self.pages.partition("-")
        return first, last or first


@contextmanager
def kept_package(store: Store, filing: Filing) -> Iterator[zipfile.ZipFile]:
    """The package of a filing as it is kept; InvalidEntry when none is."""
    with store.read() as session:
        copy = session.scalars(select(Evidence).where(
            Evidence.matter_id == filing.matter_id, Evidence.sha256 == filing.package)).first()
    if copy is None or not filing.package:
        raise InvalidEntry(tr("The package of this filing is not kept here."), tr("Look in the trash."))
    with store.vault.open(kept(copy)) as stream, zipfile.ZipFile(stream) as archive:
        yield archive


def kept_manifest(store: Store, filing: Filing) -> dict[str, Any]:
    """What the manifest of a filing's package says."""
    with kept_package(store, filing) as archive:
        return completed(json.loads(archive.read(MANIFEST)))


def completed(told: dict[str, Any]) -> dict[str, Any]:
    """A manifest with what older ones did not say yet, or said otherwise."""
    bundle = told.get("bundle", {})
    bundle.setdefault("contents", 0)
    if isinstance(revised := bundle.get("revised"), str):
        bundle["revised"] = [revised] if revised else []
    for one in told.get("evidence", ()):
        one.setdefault("printed", "-".join(map(str, sorted(set(one["pages"])))))
    return told


def page_map(told: Mapping[str, Any]) -> list[FiledExhibit]:
    """Every exhibit that a manifest tells of, with its number and pages, in the order of the bundle."""
    filed = sorted((one for one in told["evidence"] if one["pages"]), key=lambda one: int(one["pages"][0]))
    return [FiledExhibit(uuid.UUID(one["id"]), one["name"], one["exhibit"], one["pages"][0], one["pages"][1],
                         one["printed"]) for one in filed]


def cited(store: Store, matter_id: int, group: str = "court") -> dict[uuid.UUID, Cited]:
    """Where each exhibit stood when it was last filed by a form of this group, as far as packages can be read."""
    from casedesk.exports.bundle.plan import Cited

    alike = {form.id for form in forms().values() if form.group == group}
    with store.read() as session:
        filings = session.scalars(select(Filing).where(
            Filing.matter_id == matter_id, Filing.package != "", Filing.form.in_(alike)).order_by(Filing.id)).all()
    found: dict[uuid.UUID, Cited] = {}
    for filing in filings:
        try:
            told = kept_manifest(store, filing)
        except CasedeskError:  # told by verifying the cabinet
            continue
        found |= {one.evidence: Cited(one.number, one.pages, str(filing.filed_on or "")) for one in page_map(told)}
    return found
