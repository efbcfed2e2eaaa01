"""What was filed before a supplementary list: where its numbers and pages run on from, or are inserted."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO

from casedesk.base.errors import DocumentError
from casedesk.base.i18n import tr
from casedesk.casework.filed_packages import FiledExhibit
from casedesk.records.dossier import Dossier

if TYPE_CHECKING:
    from casedesk.exports.bundle import Options, Result
    from casedesk.exports.bundle.added import Supplement
    from casedesk.exports.bundle.plan import Cited, Filed


@dataclass(frozen=True)
class Earlier:
    """What was filed before a supplementary list: it runs on from there."""

    seal: str = ""
    pages: int = 0
    groups: int = 0
    contents: int = 0
    """The page that the list of exhibits of the first of it ends on."""
    evidence: Mapping[uuid.UUID, FiledExhibit] = field(default_factory=dict)
    bundle: Mapping[str, Callable[[], BinaryIO]] = field(default_factory=dict)
    """The files of the bundle as filed, with what opens each, in order."""

    def options(self, cited: Mapping[uuid.UUID, Cited], filed: Filed) -> Options:
        """How the bundle is written: a supplementary one has the new evidence alone, a whole one says what moved."""
        from casedesk.exports.bundle import Options

        if not self.seal:
            return Options(cited=cited)
        own = {"statistics", "chronology", "sheets", *(["cover"] if filed.contents else [])}
        return Options(filed=filed, leave_out=frozenset(own))

    def filed(self, dossier: Dossier, *, inserting: bool) -> Filed:
        """What the numbers run on from, and where late pages are inserted; the dossier holds what was filed, too."""
        from casedesk.exports.bundle.numbers import numbers_in
        from casedesk.exports.bundle.plan import Filed, Standing

        if not (self.seal and inserting):
            return Filed(self.pages, self.groups)
        numbers: list[str] = []
        for file in self.bundle.values():
            with file() as stream:
                numbers += numbers_in(stream)
        exhibits = [Standing(one, was.number, *was.ends) for one in dossier.evidence
                    if (was := self.evidence.get(one.uuid))]
        return Filed(self.pages, self.groups, self.contents, exhibits, numbers)

    def supplement(self, dossier: Dossier, result: Result) -> Supplement:
        """What the list of exhibits as filed is told of late ones."""
        from casedesk.exports.bundle.added import Added, Supplement
        from casedesk.exports.bundle.plan import dated

        by_uuid = {one.uuid: one for one in dossier.evidence}
        return Supplement(str(self.contents), [
            Added(one.number, by_uuid[one.evidence].caption, str(dated(by_uuid[one.evidence]) or ""), one.pages)
            for one in result.exhibits], result.dated.isoformat(), result.listed)

    def without(self, dossier: Dossier) -> Dossier:
        """The dossier with what was not filed before; DocumentError when that is nothing."""
        if not self.seal:
            return dossier
        fresh = [one for one in dossier.evidence if one.in_bundle and one.uuid not in self.evidence]
        if not fresh:
            raise DocumentError(tr("Nothing has been added since the last filing."),
                                tr("Add the new evidence, or file the whole again."))
        return replace(dossier, evidence=fresh)
