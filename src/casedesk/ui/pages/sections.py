"""The sections of a matter, by name."""

from __future__ import annotations

from casedesk.base.i18n import N_, tr
from casedesk.records import (
    Agreement,
    Circumstance,
    ContactPerson,
    Deadline,
    Debt,
    Evidence,
    Filing,
    Finding,
    Guarantor,
    Incident,
    Instalment,
    Note,
    Notice,
    Offer,
    Payment,
    Record,
)
from casedesk.records.words import FindingState, Jurisdiction
from casedesk.ui.debts.reckoner import ReckonerPanel
from casedesk.ui.debts.statement import StatementPanel
from casedesk.ui.evidence.section import EvidencePanel
from casedesk.ui.filing.section import FilingsPanel
from casedesk.ui.findings.checks import Watch
from casedesk.ui.findings.panel import FindingsPanel
from casedesk.ui.findings.rules import RulesPanel
from casedesk.ui.negotiation.kept import KeptPanel
from casedesk.ui.negotiation.ladder import LadderPanel
from casedesk.ui.negotiation.planner import PlannerPanel
from casedesk.ui.office import Office
from casedesk.ui.pages import chips
from casedesk.ui.pages.history import HistorySection
from casedesk.ui.pages.incidents import IncidentsPanel
from casedesk.ui.pages.matter_facts import MatterFacts
from casedesk.ui.pages.overview import OverviewSection
from casedesk.ui.pages.records import RecordsPanel, of_matter
from casedesk.ui.pages.switched import Make, Switched

_HINTS: dict[type[Record], str] = {
    ContactPerson: N_("Relatives, colleagues and employers who were contacted, or may be."),
    Debt: N_("One line for each contract: who claims what, since when, and how it is made up."),
    Guarantor: N_("Who stands behind a debt."),
    Payment: N_("Money paid on the debts."),
    Finding: N_("What a person saw beside the rules, for a lawyer's review."),
    Offer: N_("Every offer and counter-offer with its date, so that the history of the negotiation can be shown."),
    Agreement: N_("What was agreed in the end; its instalments stand below it."),
    Circumstance: N_("What the client earns, needs and bears: it decides what a plan may ask. Sensitive: it is in "
                     "no document unless asked for."),
    Instalment: N_("The plan of an agreement, payment by payment."),
    Notice: N_("What the other side was told and when: representation, objection, no contact with third persons."),
    Deadline: N_("Dates that law, an offer or a filing sets."),
    Note: N_("Free notes; privileged unless you say otherwise."),
    Evidence: N_("Files kept unaltered with their hash."),
}
_ORDER = {Payment: ("paid_on", True), Offer: ("made_on", False), Agreement: ("agreed_on", True),
          Instalment: ("due_on", False), Notice: ("told_on", True),
          Deadline: ("due_on", False), Note: ("created_at", True)}


def panel(office: Office, facts: MatterFacts, kind: type[Record]) -> RecordsPanel:
    """The matter's records of one kind with the chosen one beside them."""
    order, descending = _ORDER.get(kind, ("id", False))
    return RecordsPanel(
        office, f"matter/{kind.__tablename__}", of_matter(kind, facts.id, order=order, descending=descending),
        fixed={"matter_id": facts.id}, hint=tr(_HINTS[kind]), offered=chips.of(kind), zone=facts.zone)


def _lists(office: Office, facts: MatterFacts, *kinds: type[Record]) -> dict[str, tuple[str, Make]]:
    return {kind.__tablename__: (tr(kind.titles), lambda kind=kind: panel(office, facts, kind))  # type: ignore[misc]
            for kind in kinds}


def _switched(office: Office, facts: MatterFacts, *kinds: type[Record]) -> Switched:
    return Switched(_lists(office, facts, *kinds))


def overview(office: Office, facts: MatterFacts, watch: Watch) -> OverviewSection:
    return OverviewSection(office, facts)


def people(office: Office, facts: MatterFacts, watch: Watch) -> Switched:
    def statement() -> StatementPanel:
        return StatementPanel(office, facts)

    def reckoner() -> ReckonerPanel:
        return ReckonerPanel(office, facts)

    lists = _lists(office, facts, ContactPerson, Debt, Guarantor)
    last = {"guarantor": lists.pop("guarantor")}
    fees: dict[str, tuple[str, Make]] = {"reckoner": (tr("Fees and rates"), reckoner)}
    home = Jurisdiction(facts.jurisdiction) is Jurisdiction.CN  # the fees and rates are those of the Mainland
    return Switched({**lists, "statement": (tr("Statement"), statement), **(fees if home else {}), **last})


def incidents(office: Office, facts: MatterFacts, watch: Watch) -> Switched:
    def make() -> IncidentsPanel:
        return IncidentsPanel(office, facts)

    return Switched({Incident.__tablename__: (tr(Incident.titles), make)})


class FindingsSection(Switched):
    """What the rules found, what was written down by hand, and the rules."""

    def __init__(self, office: Office, facts: MatterFacts, watch: Watch) -> None:
        def found() -> FindingsPanel:
            return FindingsPanel(office, facts, watch)

        def by_hand() -> RecordsPanel:
            own = (Finding.rule_set == "", Finding.state != FindingState.QUESTION)
            return RecordsPanel(
                office, "matter/finding", of_matter(Finding, facts.id, base=own), fixed={"matter_id": facts.id},
                hint=tr(_HINTS[Finding]), offered=chips.of(Finding), zone=facts.zone)

        def rules() -> RulesPanel:
            return RulesPanel(office, Jurisdiction(facts.jurisdiction))

        super().__init__({Finding.__tablename__: (tr(Finding.titles), found), "hand": (tr("Written by hand"), by_hand),
                          "rules": (tr("Rules"), rules)})

    def new_record(self) -> None:
        """One written down by hand."""
        self.show_list("hand")
        super().new_record()


def findings(office: Office, facts: MatterFacts, watch: Watch) -> FindingsSection:
    return FindingsSection(office, facts, watch)


def negotiation(office: Office, facts: MatterFacts, watch: Watch) -> Switched:
    def ladder() -> LadderPanel:
        return LadderPanel(office, facts)

    def planner() -> PlannerPanel:
        return PlannerPanel(office, facts)

    def kept() -> KeptPanel:
        return KeptPanel(office, facts)

    lists = _lists(office, facts, Offer, Agreement, Instalment, Payment, Circumstance)
    return Switched({"offer": lists.pop("offer"), "ladder": (tr("Ladder"), ladder), "planner": (tr("Planner"), planner),
                     "agreement": lists.pop("agreement"), "kept": (tr("What was paid"), kept), **lists})


def evidence(office: Office, facts: MatterFacts, watch: Watch) -> Switched:
    def make() -> EvidencePanel:
        return EvidencePanel(office, facts.id, facts.zone)

    return Switched({Evidence.__tablename__: (tr(Evidence.titles), make)})


def filings(office: Office, facts: MatterFacts, watch: Watch) -> Switched:
    def make() -> FilingsPanel:
        return FilingsPanel(office, facts)

    return Switched({Filing.__tablename__: (tr(Filing.titles), make),
                     Notice.__tablename__: (tr(Notice.titles), lambda: panel(office, facts, Notice))})


def deadlines(office: Office, facts: MatterFacts, watch: Watch) -> Switched:
    return _switched(office, facts, Deadline, Note)


def history(office: Office, facts: MatterFacts, watch: Watch) -> HistorySection:
    return HistorySection(office, facts)
