"""Every verb of the office says its right, and asks it before anything else: each is tried with each role.

The verbs are found by inspection: one that is new and not stated here fails, as one that is stated and gone.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from casedesk import casework
from casedesk.base.errors import NotAllowed
from casedesk.base.i18n import tr
from casedesk.records import Note
from casedesk.records.rights import ROLES, WHO, Right
from casedesk.records.words import Jurisdiction, UserRole
from casedesk.store.cabinet import Store
from tests.casework.firm import desk
from tests.casework.test_rights import contents, filled
from tests.conftest import OFFICE, QUICK

STATED: dict[Right, str] = {
    Right.READ: """
        agreements.kept agreements.missed attachments.waiting backups.before backups.beside backups.drill_due
        backups.due backups.listed backups.places backups.present backups.same_disk backups.states check.evidence
        check.strangers check.structure check.verify checking.recheck checking.recheck_all checking.refresh
        deadlines.limitation_of documents.dossier documents.retold drafts.draft drafts.draft_count drafts.drafts
        drafts.own_key due.due_items due.reminders exhibit_order.groups filed_packages.cited
        filed_packages.kept_manifest filed_packages.kept_package filings.anchors filings.as_filed
        filings.earlier filings.latest filings.page_map filings.prove filings.proved findings.answers findings.clocks
        findings.findings findings.hint findings.of_incident findings.questions findings.rows head_stamps.due
        head_stamps.kept history.anchors history.head history.limits history.problems importing.batches.batches
        importing.choices.window importing.preview.preview
        importing.same_numbers.accepted importing.same_numbers.proposed
        new_key.unseen letters.admitted letters.checklist letters.choose
        letters.preview letters.refused listing.incidents listing.search maskings.exhibit matters.matter_lines
        negotiation.ability
        negotiation.compare negotiation.convergence negotiation.ladder negotiation.planned negotiation.proposed
        preflight.exhibit_file preflight.look preflight.troubles reading.proposal restarts.restart_warning
        rule_settings.in_use sanity.due sanity.last sanity.run sealing.timestamp_server settings.firm_name
        statement.lpr_table statement.spread statement.statement teams.team templates.kept templates.of_form
        trash.trash users.change_password users.people users.shared_login drafts.bring_back""",
    Right.KEEP: """
        attachments.discard attachments.drop_unused backups.drill drafts.drop_draft drafts.keep_draft
        head_stamps.stamp""",
    Right.WRITE: """
        agreements.agreement_from agreements.assign_payments agreements.release_payments attachments.attach_bytes
        custody.verify deadlines.follow deadlines.recompute evidence.add_files evidence.keep_file
        evidence.keep_stream evidence.kept_files exhibit_order.put_in_order findings.answer incidents.log_incident
        maskings.decide matters.add_matter negotiation.counter_offer negotiation.offer_from reading.read_pictures
        reading.shows records.edit_all records.save restarts.answer_warning""",
    Right.DELETE: "trash.delete",
    Right.UNDO: "importing.batches.undo trash.restore",
    Right.IMPORT: "exchange.take_in importing.batches.correct_zone importing.commit.commit "
                  "importing.same_numbers.accept importing.same_numbers.take_back",
    Right.EXPORT: """
        copies.masked_copy custody.save_copy custody.write_history documents.write_bundle documents.write_statement
        documents.write_workbook due.ics filings.masked_copy letters.write letters.write_letter""",
    Right.FILE: "filings.filed filings.moved_on package.write",
    Right.DECIDE: "findings.confirm findings.dismiss findings.reopen",
    Right.HAND_OVER: "exchange_writing.export",
    Right.TEAM: "teams.open_to_all teams.restrict",
    Right.RULES: "rule_settings.set_own_rules rule_settings.set_rule statement.add_lpr templates.forget templates.keep",
    Right.BACKUP: "backups.back_up backups.write_file",
    Right.PURGE: "trash.empty_trash",
    Right.DESTROY: "destruction.ask destruction.by_two destruction.destroy",
    Right.HISTORY: "history.export",
    Right.SETTINGS: """
        backups.add_place backups.forget_place importing.choices.set_window sealing.set_timestamp_server
        settings.set_firm""",
    Right.USERS: "users.add users.disable users.reset_password users.set_role",
    Right.RECOVERY: "new_key.rekey users.new_recovery_key",
}
"""Each verb under the right it asks. Those of READ write nothing, or quietly nothing for who may not."""
RIGHT_OF = {verb: right for right, verbs in STATED.items() for verb in verbs.split()}
ELSEWHERE = {Right.PRIVILEGED, Right.WAIVE, Right.RETAIN, Right.SIGN, Right.RESTORE, Right.MOVE}
"""Asked of a record, an option or a folder; see `test_rights`, `test_visibility` and `test_moving`."""


def verbs() -> dict[str, Callable[..., Any]]:
    """Every public function of casework whose first argument is the open cabinet."""
    found: dict[str, Callable[..., Any]] = {}
    for module in pkgutil.walk_packages(casework.__path__, "casedesk.casework."):
        for name, function in vars(importlib.import_module(module.name)).items():
            if name.startswith("_") or not inspect.isfunction(function) or function.__module__ != module.name:
                continue
            first = next(iter(inspect.signature(function).parameters.values()), None)
            if first is not None and first.annotation == "Store":
                found[f"{module.name.removeprefix('casedesk.casework.')}.{name}"] = function
    return found


VERBS = verbs()


def test_every_verb_states_its_right_once() -> None:
    said = [verb for verbs in STATED.values() for verb in verbs.split()]
    assert sorted(said) == sorted(VERBS)
    assert STATED.keys() | ELSEWHERE == set(Right)


def test_every_unit_of_work_names_its_right() -> None:
    root = Path(inspect.getfile(casework)).parents[1]
    silent_ones = [
        f"{path.relative_to(root)}:{call.lineno}" for path in sorted(root.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "work"
        and not call.args]
    assert silent_ones == []


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A cabinet with a matter that has a little of everything, and a user of each role."""
    folder = tmp_path_factory.mktemp("verbs") / "cabinet"
    made, _ = Store.create(folder, "pass", who="tester", cost=QUICK)
    with made:
        filled(made, folder.parent)
        yield made


def given(store: Store, verb: Callable[..., Any], place: Path) -> list[Any]:
    """Arguments of the right kinds that mean nothing: the right is asked before they are looked at."""
    plain: dict[str, Any] = {
        "int": 1, "str": "x", "bytes": b"x", "Path": place / "x", "uuids.UUID": uuid.uuid4(),
        "uuid.UUID": uuid.uuid4(), "type[Record]": Note, "UserRole": UserRole.LAWYER, "Jurisdiction": Jurisdiction.CN}
    return [store, *(plain.get(str(one.annotation)) for one in list(inspect.signature(verb).parameters.values())[1:]
                     if one.kind is one.POSITIONAL_OR_KEYWORD and one.default is one.empty)]


def named(verb: Callable[..., Any]) -> dict[str, Any]:
    """The arguments that must be named."""
    return {one.name: None for one in inspect.signature(verb).parameters.values()
            if one.kind is one.KEYWORD_ONLY and one.default is one.empty}


def carried_out(store: Store, verb: Callable[..., Any], place: Path) -> None:
    """Call it, and go through what it yields."""
    result = verb(*given(store, verb, place), **named(verb))
    if isinstance(result, AbstractContextManager):
        with result:
            pass
    elif inspect.isgenerator(result):
        list(result)


@pytest.mark.sqlite
@pytest.mark.skipif(OFFICE, reason="the same code asks on both engines; `test_rights` tries it on PostgreSQL")
@pytest.mark.parametrize("role", ROLES)
def test_every_verb_asks_its_right_of_every_role_before_anything_else(
        firm: Store, tmp_path: Path, role: UserRole) -> None:
    before, wrong = contents(firm), []
    copied = tmp_path / "cabinet"
    with desk(firm, role) as store:
        for name, verb in VERBS.items():
            right = RIGHT_OF[name]
            if role in WHO[right]:
                continue
            try:
                carried_out(store, verb, tmp_path)
            except NotAllowed as problem:
                if tr(right.label) not in problem.message:
                    wrong.append(f"{name} asked another right than {right}: {problem.message}")
            except Exception as other:
                wrong.append(f"{name} came to {other!r} before it asked for {right}")
            else:
                wrong.append(f"{name} did not ask for {right}")
    assert not wrong, "\n".join(wrong)
    assert contents(firm) == before
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    shutil.copytree(firm.folder, copied)
    with Store.open(copied, firm.key) as house, desk(house, role) as store:
        for name, verb in VERBS.items():
            if role in WHO[RIGHT_OF[name]]:
                wrong += refused(name, store, verb, tmp_path)
    assert not wrong, "\n".join(wrong)


def refused(name: str, store: Store, verb: Callable[..., Any], place: Path) -> list[str]:
    """What is told when a role that has the right is refused for want of one."""
    try:
        carried_out(store, verb, place)
    except NotAllowed as problem:
        return [f"{name}: {problem.message}"]
    except Exception:
        return []
    return []


