"""What the bundle will make of each file, found out before anybody builds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from casedesk.base.i18n import language, words
from casedesk.base.jobs import Progress
from casedesk.casework.evidence import kept
from casedesk.records import Evidence
from casedesk.store.cabinet import Store


@dataclass(frozen=True)
class Verdict:
    """`problem` stops the bundle, `remark` does not; both may be empty. `of` tells when it must be found out anew."""

    of: tuple[str, str]
    problem: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Looking:
    """Look at every file that goes into the bundle and has no verdict yet."""

    store: Store
    matter_id: int
    known: Mapping[int, Verdict]

    def __call__(self, progress: Progress) -> dict[int, Verdict]:
        with self.store.read() as session:
            chosen = session.scalars(select(Evidence).where(
                Evidence.matter_id == self.matter_id, Evidence.in_bundle, Evidence.privileged.is_(False))).all()
        found: dict[int, Verdict] = {}
        for done, one in enumerate(chosen):
            progress(done, len(chosen), one.caption)
            old = self.known.get(one.id)
            found[one.id] = old if old is not None and old.of == _mark(one) else self._look(one)
        progress(len(chosen), len(chosen))
        return found

    def _look(self, one: Evidence) -> Verdict:
        from casedesk.exports.exhibits.kinds import ExhibitFile
        from casedesk.exports.exhibits.preflight import examine

        file = ExhibitFile(
            key=str(one.uuid), title=one.name, file_name=one.file_name, size=one.size, sha256=one.sha256,
            open=lambda: self.store.vault.open(kept(one)), media_type=one.media_type, password=one.password or None,
            duration_s=one.duration, transcript=one.transcript)
        examined = examine(file, words(language()))
        problem = str(examined.problem) if examined.problem is not None else ""
        return Verdict(_mark(one), problem, " ".join(remark.text for remark in examined.remarks))


def _mark(one: Evidence) -> tuple[str, str]:
    return one.sha256, one.password
