"""Counts of several files as one."""

from __future__ import annotations

from collections.abc import Sequence

from casedesk.base.i18n import tr
from casedesk.casework.importing import FileReport
from casedesk.ui.tables.plain import PlainRow

_COUNTS = ("read", "imported", "duplicates", "merged", "excluded", "lost")


def headers() -> list[str]:
    """The columns of a table of counts; the first is the file's name."""
    return [tr("File"), tr("Read"), tr("Imported"), tr("Known already"), tr("Confirm known ones"), tr("Not imported"),
            tr("Could not be read")]


def total(reports: Sequence[FileReport]) -> FileReport:
    """All files as one."""
    whole = FileReport("", tr("Together"))
    for name in (*_COUNTS, "further"):
        setattr(whole, name, sum(getattr(one, name) for one in reports))
    return whole


def summary(reports: Sequence[FileReport]) -> str:
    """'602 rows read: 188 imported, …' over all files."""
    return total(reports).summary


def table(reports: Sequence[FileReport]) -> list[PlainRow]:
    """One line a file, then their sum when there are several."""
    shown = [*reports, total(reports)] if len(reports) > 1 else list(reports)
    return [PlainRow((one.file, *(f"{getattr(one, name):,}" for name in _COUNTS)), one) for one in shown]
