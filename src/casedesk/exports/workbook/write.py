"""Writing the workbook: rows stream into the file as the incidents are read; whole or not at all."""

from __future__ import annotations

import datetime as dt
import tempfile
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from casedesk.base import times
from casedesk.base.errors import DocumentError
from casedesk.base.files import whole_file
from casedesk.base.i18n import Language, Say, words
from casedesk.base.jobs import Progress, silent
from casedesk.exports.bundle.profiles import profile
from casedesk.exports.statistics import Statistics
from casedesk.exports.workbook import about, book, figures, statement
from casedesk.exports.workbook.book import Facts, Parts, Sheet
from casedesk.exports.workbook.rows import FullTexts, Rows, Styled
from casedesk.exports.workbook.tables import Table, tables
from casedesk.records import Incident, Record
from casedesk.records.dossier import Dossier

_EPOCH = (1980, 1, 1, 0, 0, 0)
_EACH = 1000
_IN_MEMORY = 8 << 20


def write(dossier: Dossier, out: Path, *, lang: Language = "zh", without: Collection[str] = (),
          progress: Progress = silent) -> None:
    """Write the workbook of a matter; the same records give the same bytes. DocumentError when it cannot be written.

    `without` are parts of `tables.OPTIONAL`, left out and said to be.
    """
    with (whole_file(out, error=DocumentError) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive,
          tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(out.parent)) as spool):
        _Making(dossier, lang, words(lang), archive, spool, progress, without).write()


@dataclass
class _Making:
    dossier: Dossier
    lang: Language
    say: Say
    archive: zipfile.ZipFile
    spool: IO[bytes]
    progress: Progress
    without: Collection[str] = ()
    counted: Statistics = field(init=False)
    latest: dt.datetime = times.EPOCH
    replaced: list[tuple[str, str]] = field(default_factory=list)

    def write(self) -> None:
        """All sheets, the long ones first: the others tell what is in them."""
        say, self.latest = self.say, self._changed()
        self.counted = Statistics(profile(f"{self.dossier.matter.jurisdiction}-court", self.lang).night)
        walked = replace(self.dossier, incidents=self._walk())
        listed = list(tables(walked, say, {}, self.without))
        before = [Sheet(say("About"), about.WIDTHS, table=False), *map(_sheet, listed)]
        parts = book.parts(before, self._facts(), self.lang, say)
        full = FullTexts(say("Full texts"), say, self.spool, parts.styles)
        for table in listed:
            self._table(table, parts, full)
        self.progress(self.dossier.incident_count, self.dossier.incident_count, say("Workbook"))
        counts = figures.tables(self.counted, say)
        sheets = [*before, *self._statements(), Sheet(say("Statistics"), figures.WIDTHS, table=False),
                  *map(_sheet, counts)]
        if full.count:
            sheets.append(Sheet(full.title, (24, 20, 8, 110), full.count + 1, 4))
        parts = book.parts(sheets, self._facts(), self.lang, say, lambda made: figures.draw(
            made, say("Statistics"), counts[0].name, counts[0].count, say))
        self._rest(parts, sheets, counts, full)

    def _rest(self, parts: Parts, sheets: list[Sheet], counts: list[Table], full: FullTexts) -> None:
        say = self.say
        for table in counts:
            self._table(table, parts, full)
        for number, sheet in enumerate(self._statements(), 1):
            with self._rows(sheet.name, parts, full) as rows:
                for one in self.dossier.statements[number - 1:number]:
                    statement.write(rows, one, say)
                if number == 1:
                    statement.problems(rows, self.dossier, say)
        with self._rows(say("Statistics"), parts, full) as rows:
            figures.write(rows, self.counted, self.dossier, say)
        if full.count:
            with self._rows(full.title, parts, full) as rows:
                rows.free([Styled(say(title), "head") for title in (
                    say("Cell"), say("Column"), say("Part"), say("Text"))])
                self.spool.seek(0)
                while piece := self.spool.read(1 << 20):
                    rows.write(piece)
                rows.links = full.links
        with self._rows(say("About"), parts, full) as rows:
            about.write(rows, self.dossier, self._facts(), sheets=sheets[1:], replaced=self.replaced, say=say,
                        without=self.without)
        for path, content in parts.files.items():
            with self._file(path) as target:
                target.write(content)

    def _table(self, table: Table, parts: Parts, full: FullTexts) -> None:
        with self._rows(table.name, parts, full) as rows:
            rows.head(table.columns, table.printed)
            rows.table(table.columns, table.records)

    def _statements(self) -> list[Sheet]:
        """A sheet for each statement; one for what none could be made of."""
        count = len(self.dossier.statements) or bool(self.dossier.without_statement)
        return [Sheet(statement.name_of(number, self.say), statement.WIDTHS, table=False)
                for number in range(1, count + 1)]

    @contextmanager
    def _rows(self, sheet: str, parts: Parts, full: FullTexts) -> Iterator[Rows]:
        before, after = parts.halves[sheet]
        with self._file(parts.paths[sheet]) as target:
            target.write(before)
            rows = Rows(sheet, target.write, parts.styles, full, parts.widths[sheet])
            yield rows
            target.write(book.with_links(after, rows.links))
        self.replaced += [(sheet, cell) for cell in rows.replaced]

    def _file(self, path: str) -> IO[bytes]:
        entry = zipfile.ZipInfo(path, _EPOCH)
        entry.create_system, entry.external_attr, entry.compress_type = 3, 0o644 << 16, zipfile.ZIP_DEFLATED
        return self.archive.open(entry, "w", force_zip64=True)

    def _walk(self) -> Iterator[Incident]:
        """The incidents, counted on the way."""
        total = self.dossier.incident_count
        for done, incident in enumerate(self.dossier.incidents):
            if done % _EACH == 0:
                self.progress(done, total, self.say("Workbook"))
            self.counted.add(incident)
            self.latest = max(self.latest, incident.changed_at)
            yield incident

    def _changed(self) -> dt.datetime:
        """When any record but the incidents was last changed."""
        lists = (value for value in vars(self.dossier).values() if isinstance(value, list | tuple))
        found = (record.changed_at for records in lists for record in records if isinstance(record, Record))
        return max(self.dossier.matter.changed_at, self.dossier.client.changed_at, *found)

    def _facts(self) -> Facts:
        matter = self.dossier.matter
        return Facts(self.say("Matter {ref}: {name}", ref=matter.ref, name=matter.name), self.dossier.firm, self.latest)


def _sheet(table: Table) -> Sheet:
    return Sheet(table.name, [column.width for column in table.columns], table.count + 1, table.printed)
