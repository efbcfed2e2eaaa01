"""The fifth step: the letter page by page, and what the package will hold."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout
from sqlalchemy import func, select

from casedesk.base.i18n import N_, tr, words
from casedesk.casework import letters
from casedesk.casework.forms import Form
from casedesk.casework.names import bundle_name
from casedesk.casework.package import ORIGINALS, VERIFIER
from casedesk.casework.sealing import MANIFEST
from casedesk.exports.bundle.profiles import profile
from casedesk.exports.letters.choice import Choice
from casedesk.records import Evidence, Matter
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.evidence.pageview import PageView
from casedesk.ui.evidence.sheets import PdfSheets
from casedesk.ui.filing.plan import Plan, Step
from casedesk.ui.jobs import Jobs


@dataclass(frozen=True)
class Seen:
    """The letter's pages, if the form has a letter, and each part of the package with what it is."""

    letter: PdfSheets | None
    parts: list[tuple[str, str]]


@dataclass(frozen=True)
class Previewing:
    """Make the letter, which takes seconds where LibreOffice draws it, and count what goes in."""

    store: Store
    matter_id: int
    form: Form
    choice: Choice

    def __call__(self) -> Seen:
        letter = None
        if self.form.has_text:
            letter = PdfSheets(letters.preview(self.store, self.matter_id, self.form, self.choice))
        with self.store.read() as session:
            chosen = Evidence.id.in_(self.choice.exhibits or ())
            count, size = session.execute(select(func.count(), func.coalesce(func.sum(Evidence.size), 0)).where(
                Evidence.matter_id == self.matter_id, chosen, Evidence.deleted_at.is_(None))).one()
            matter = session.get_one(Matter, self.matter_id)
        say = words(self.form.lang)
        bundle = bundle_name(profile(self.form.profile, self.form.lang).file, matter, self.choice.answers,
                             say("Evidence bundle.pdf"))
        title = self.form.title[self.form.lang]
        told = [(f"{title}.pdf, .docx", tr("the letter, to file and to edit"))] if letter is not None else []
        return Seen(letter, [
            *told, (bundle, tr("{n} exhibits, indexed and numbered", n=count)),
            (say("Workbook.xlsx"), tr("incidents, findings, debts, statistics")),
            (f"{ORIGINALS}/", tr("{n} originals, {size} MB", n=count, size=f"{size / 1e6:.1f}")),
            (say("File hashes.pdf"), tr("SHA-256 of every file, to be printed")),
            (f"{MANIFEST}, {VERIFIER}", tr("for a stranger to check it"))])


class PreviewStep(Step):
    """What will leave the house, before it is made."""

    title = N_("Preview")

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.jobs = Jobs("drawing the letter", self)
        self.pages = PageView(self.jobs)
        self.pages.setMinimumWidth(look.grid(80))
        self.none = parts.text(tr("This form has no letter; the package is the bundle."), tone="faint", wrap=True)
        self.page = parts.text("", tone="faint")
        self.pages.page_changed.connect(self._page)
        self.inside = QVBoxLayout()
        self.inside.setSpacing(look.grid(0.5))
        beside = parts.holding(parts.column(parts.heading(tr("The package will hold")), self.inside, None, gap=3))
        beside.setFixedWidth(look.chars(self, 34))
        both = parts.row(parts.column(self.pages, self.none, self.page, gap=1), beside, gap=4)
        both.setStretch(0, 1)
        self.setLayout(both)

    def enter(self) -> None:
        plan = self.plan
        self.office.open_list(Previewing(self.office.store, plan.facts.id, plan.form, plan.choice), self._show)

    @Slot(object)
    def _show(self, seen: Seen) -> None:
        self.pages.show_sheets(seen.letter)
        self.pages.setVisible(seen.letter is not None)
        self.page.setVisible(seen.letter is not None)
        self.none.setVisible(seen.letter is None)
        parts.clear(self.inside)
        for name, what in seen.parts:
            self.inside.addWidget(parts.text(name, wrap=True))
            self.inside.addWidget(parts.text(what, tone="faint", font=look.small_font(), wrap=True))
            self.inside.addSpacing(look.grid(1.5))

    @Slot(int, int)
    def _page(self, at: int, count: int) -> None:
        self.page.setText(tr("page {n} of {count}", n=at, count=count) if count else "")

    def leave(self) -> None:
        self.pages.show_sheets(None)
        self.jobs.finish()
