"""Every right and every role: what is allowed changes what it should, what is not allowed changes nothing at all."""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select

from casedesk.base import times
from casedesk.base.errors import InvalidEntry, NotAllowed
from casedesk.base.i18n import tr, use
from casedesk.casework import (
    attachments,
    backups,
    checking,
    copies,
    custody,
    destruction,
    documents,
    drafts,
    due,
    evidence,
    exchange,
    exhibit_order,
    filings,
    findings,
    head_stamps,
    history,
    importing,
    incidents,
    letters,
    matters,
    package,
    records,
    restarts,
    rule_settings,
    sealing,
    settings,
    statement,
    teams,
    users,
)
from casedesk.casework.forms import find_form
from casedesk.records import Creditor, Debt, Evidence, Filing, Finding, Incident, Matter, Note, Offer, Record
from casedesk.records.rights import ROLES, WHO, Right
from casedesk.records.words import FilingState, FindingState, Jurisdiction, UserRole, WarningAnswer
from casedesk.store import header, keys, restoring
from casedesk.store.cabinet import Store
from tests import postgres
from tests.casework.firm import NAMES, desk, password, staff
from tests.conftest import OFFICE, QUICK

DAY = dt.date(2026, 11, 27)


@dataclass
class Case:
    """Somebody at a desk, the house that sees all, and a folder of their own."""

    store: Store
    house: Store
    place: Path

    def one(self, kind: type[Record]) -> Any:
        with self.house.read() as session:
            return session.scalars(select(kind).order_by(kind.id)).first()

    def fresh(self, kind: Callable[..., Record], **values: Any) -> uuid.UUID:
        """A record somebody else has just entered."""
        record = kind(matter_id=1, **values)
        with self.house.work() as session:
            session.add(record)
        return record.uuid

    @property
    def out(self) -> Path:
        """A path nothing is at yet."""
        return self.place / f"{len(list(self.place.iterdir()))}-{self.store.actor.role.value}"


Act = Callable[[Case], object]


def written(name: str) -> Act:
    return lambda case: settings.set_firm(case.store, f"{name} {case.store.who}")


def trashed(case: Case) -> uuid.UUID:
    note = case.fresh(Note, body="x")
    records.delete(case.house, Note, note)
    return note


def attached(case: Case) -> Path:
    path = case.place.with_name(f"proof-{case.store.actor.role.value}.txt")
    path.write_text(str(path), encoding="utf-8")
    return path


def waived(case: Case) -> None:
    note = case.fresh(Note, body="x")
    records.edit_all(case.store, Note, [note], {"privileged": False})


def saved_file(case: Case) -> None:
    custody.save_copy(case.store, case.one(Evidence).id, case.out)


def restored(case: Case) -> None:
    backup, role = case.place.with_name("backup.casedesk"), case.store.actor.role
    if not backup.exists():
        backups.write_file(case.house, backup)
    restoring.restore(backup, case.out, lambda part: keys.unlock(part, password(role), NAMES[role]))


def signed(case: Case) -> None:
    """Who may sign gets as far as the certificate, which is not there."""
    with pytest.raises(InvalidEntry):
        package.write(case.store, 1, case.out, find_form("cn-court"), lang="zh",
                      sealing=sealing.Sealing(certificate=case.place / "none.p12"))
    case.out.write_text("asked for the certificate")


def answered(case: Case) -> None:
    with case.house.work() as session:
        lender = Creditor(name="某银行")
        session.add(lender)
        session.flush()
    debt = case.fresh(Debt, creditor_id=lender.id)
    with case.house.read() as session:
        number = session.scalars(select(Debt.id).where(Debt.uuid == debt)).one()
    restarts.answer_warning(case.store, number, "promise", WarningAnswer.REFRAIN, DAY)


def offered(case: Case) -> None:
    from casedesk.casework import negotiation

    case.fresh(Offer, total=100_00, made_on=DAY)
    negotiation.counter_offer(case.store, case.one(Offer).id, made_on=DAY)


def logged(case: Case) -> None:
    incidents.log_incident(case.store, Incident(matter_id=1, at=times.from_millis(1_793_800_000_000)))


def cancelled(case: Case) -> None:
    [report] = importing.commit(case.house, 1, _messages(case))
    importing.undo(case.store, cast("uuid.UUID", report.batch))


def lifted(case: Case) -> None:
    for store, on in ((case.house, True), (case.store, False)):
        records.edit_all(store, Matter, [case.one(Matter).uuid], {"on_hold": on, "hold_reason": case.store.who})


def opened(case: Case) -> None:
    teams.restrict(case.house, 1, [2, 3, 4])
    teams.open_to_all(case.store, 1)


def user(case: Case, verb: str) -> None:
    name = f"{verb} {case.store.who}"
    users.add(case.house, name, UserRole.PARALEGAL, "word", cost=QUICK)
    match verb:
        case "role":
            users.set_role(case.store, name, UserRole.LAWYER)
        case "reset":
            users.reset_password(case.store, name, "new", cost=QUICK)
        case "disable":
            users.disable(case.store, name)


FILES, HEADER = "files", "header"
ACTS: dict[Right, tuple[tuple[str, Act], ...]] = {
    Right.KEEP: (
        ("draft", lambda case: drafts.keep_draft(case.store, "k", {"typed": case.store.who})),
        ("setting", lambda case: head_stamps._keep(case.store, tried=case.store.who)),
    ),
    Right.WRITE: (
        ("matter", lambda case: matters.add_matter(case.store, ref=case.store.who, title="t", client="c")),
        ("incident", logged),
        ("note", lambda case: records.save(case.store, Note, {"matter_id": 1, "body": "b"}, uuid=uuid.uuid4())),
        ("matter", lambda case: records.edit_all(case.store, Matter, [case.one(Matter).uuid],
                                                 {"summary": case.store.who})),
        ("evidence", lambda case: evidence.add_files(case.store, 1, [attached(case)])),
        ("evidence", lambda case: exhibit_order.put_in_order(
            case.store, sorted([1, 2], reverse=case.store.actor.role is UserRole.LAWYER))),
        ("custody_event", lambda case: custody.verify(case.store, case.one(Evidence).id)),
        ("vault", lambda case: attachments.attach_bytes(case.store, case.store.who.encode(), "a.txt")),
        ("warned", answered),
        ("offer", offered),
    ),
    Right.DELETE: (("note", lambda case: records.delete(case.store, Note, case.fresh(Note, body="x"))),),
    Right.UNDO: (("note", lambda case: records.restore(case.store, Note, trashed(case))),
                 ("incident", cancelled)),
    Right.IMPORT: (
        ("import_batch", lambda case: importing.commit(case.store, 1, _messages(case))),
        ("matter", lambda case: exchange.take_in(case.store, _handed(case))),
    ),
    Right.EXPORT: (
        (FILES, lambda case: documents.write_workbook(case.store, 1, case.out.with_suffix(".xlsx"), lang="en")),
        (FILES, lambda case: custody.write_history(case.store, 1, case.out.with_suffix(".pdf"), lang="en")),
        (FILES, saved_file),
        (FILES, lambda case: case.out.write_bytes(due.ics(case.store, "en"))),
        (FILES, lambda case: letters.write(case.store, 1, "cn-complaint", _folder(case))),
    ),
    Right.FILE: (("filing", lambda case: (case.fresh(Filing, what="w", recipient="r"), filings.moved_on(
        case.store, case.one(Filing).id, FilingState.ACCEPTED if case.store.actor.role is UserRole.OWNER
        else FilingState.ANSWERED, DAY))),),
    Right.DECIDE: (("finding", lambda case: findings.dismiss(case.store, case.fresh(Finding, rule="r"), "because")),
                   ("finding", lambda case: records.edit_all(
                       case.store, Finding, [case.fresh(Finding, rule="r")], {"state": FindingState.CONFIRMED}))),
    Right.WAIVE: (("note", waived),),
    Right.SIGN: ((FILES, signed),),
    Right.HAND_OVER: ((FILES, lambda case: exchange.export(case.store, "A-1", case.out)),),
    Right.RETAIN: (("matter", lifted),
                   ("matter", lambda case: records.edit_all(
                       case.store, Matter, [case.one(Matter).uuid],
                       {"keep_until": DAY + dt.timedelta(case.store.actor.id)})),
                   ),
    Right.TEAM: (
        ("team_member", lambda case: teams.restrict(case.store, 1, [case.store.actor.id])),
        ("matter", opened),
    ),
    Right.RULES: (
        ("setting", lambda case: rule_settings.set_rule(
            case.store, Jurisdiction.CN, next(iter(rule_settings.in_use(case.store, Jurisdiction.CN).rules)).id,
            on=case.store.actor.role is not UserRole.OWNER)),
        ("setting", lambda case: statement.add_lpr(case.store, DAY, "3.00", "3.50", case.store.who)),
    ),
    Right.BACKUP: ((FILES, lambda case: backups.write_file(case.store, case.out)),),
    Right.PURGE: (("change", lambda case: (trashed(case), records.empty_trash(case.store, older_than_days=-1))),),
    Right.DESTROY: (("setting", lambda case: destruction.ask(case.store, 1, f"asked by {case.store.who}")),),
    Right.HISTORY: ((FILES, lambda case: history.export(case.store, case.out)),),
    Right.SETTINGS: (
        ("setting", written("firm")),
        ("setting", lambda case: importing.set_window(case.store, 30)),
        ("setting", lambda case: sealing.set_timestamp_server(case.store, "https://tsa.example")),
        ("setting", lambda case: backups.add_place(case.store, _folder(case))),
    ),
    Right.USERS: (
        ("user", lambda case: users.add(case.store, f"new {case.store.who}", UserRole.LAWYER, "w", cost=QUICK)),
        ("user", lambda case: user(case, "role")),
        (HEADER, lambda case: user(case, "reset")),
        ("user", lambda case: user(case, "disable")),
    ),
    Right.RECOVERY: ((HEADER, lambda case: users.new_recovery_key(case.store)),),
    Right.RESTORE: ((FILES, restored),),
}
"""What each right lets somebody do, and the table in which it shows."""
NOT_ACTED = {Right.READ, Right.PRIVILEGED, Right.MOVE}
"""What is seen by the first two is in `test_visibility`; the whole cabinet is moved in `test_moving`."""


def _folder(case: Case) -> Path:
    case.out.mkdir()
    return max(case.place.iterdir(), key=lambda path: int(path.name.partition("-")[0]))


def _handed(case: Case) -> Path:
    """A matter of another cabinet as a file."""
    role = case.store.actor.role.value
    other, _ = Store.create(case.place.with_name(f"cabinet of {role}"), "pass", cost=QUICK)
    with other:
        matters.add_matter(other, ref=role, title="t", client="c")
        exchange.export(other, role, case.place.with_name(f"{role}.zip"))
    return case.place.with_name(f"{role}.zip")


def _messages(case: Case) -> list[Path]:
    """A phone's messages nobody has taken in before."""
    path = case.place.with_name(f"{uuid.uuid4()}.xml")
    moment = 1_690_000_000_000 + len(list(case.place.parent.iterdir())) * 3_600_000
    path.write_text(f"""<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<smses count="1"><sms protocol="0" address="7535" date="{moment}" type="1" subject="null" body="{path.stem}"
 read="1" status="-1" locked="0" date_sent="{moment}" /></smses>""", encoding="utf-8")
    return [path]


def contents(house: Store) -> dict[str, Any]:
    """Everything in the cabinet: the rows of each table, the vault, and who may open it."""
    with house.read(whole=True) as session:
        found: dict[str, Any] = {
            table.name: sorted(map(repr, session.connection().execute(select(table)).all()))
            for table in Record.metadata.sorted_tables}
    found["vault"], found[HEADER] = sorted(house.vault.names()), header.read(house.folder)
    return found


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A local cabinet with a matter that has a little of everything, and a user of each role."""
    folder = tmp_path_factory.mktemp("rights") / "cabinet"
    store, _ = Store.create(folder, "pass", who="tester", cost=QUICK)
    with store:
        filled(store, folder.parent)
    return folder


def filled(store: Store, place: Path) -> None:
    matters.add_matter(store, ref="A-1", title="林某 / 某银行", client="林某")
    (place / "proof.txt").write_text("proof", encoding="utf-8")
    evidence.add_files(store, 1, [place / "proof.txt"])
    with store.work() as session:
        session.get_one(Matter, 1).keep_until = dt.date(2020, 1, 1)
    staff(store)


@pytest.fixture
def house(template: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    """That cabinet, opened by its owner; on PostgreSQL where the tests run there."""
    folder = tmp_path / "cabinet"
    if OFFICE:
        store, _ = Store.create(folder, "pass", who="tester", cost=QUICK,
                                address=postgres.database(request.getfixturevalue("postgres_server")))
        filled(store, tmp_path)
    else:
        shutil.copytree(template, folder)
        store = Store.open(folder, keys.unlock(folder, "pass", "tester"))
    with store:
        yield store


def test_every_right_is_tried_and_every_role_stands_in_the_table() -> None:
    assert ACTS.keys() | NOT_ACTED == set(Right) == WHO.keys()
    assert {role for roles in WHO.values() for role in roles} == set(UserRole)
    assert all(UserRole.OWNER in roles for roles in WHO.values())
    assert [right for right in Right if UserRole.READ_ONLY in WHO[right]] == [Right.READ]
    assert [right for right in Right if UserRole.OTHER in WHO[right]] == [Right.READ]


@pytest.mark.parametrize("right", ACTS)
def test_the_right_is_asked_and_nothing_happens_without_it(house: Store, tmp_path: Path, right: Right) -> None:
    place = tmp_path / "out"
    place.mkdir()
    for role in reversed(ROLES):  # who may least first, so that nobody finds it done
        with desk(house, role) as store:
            for shows, act in ACTS[right]:
                case = Case(store, house, place)
                if role in WHO[right]:
                    before = contents(house) | {FILES: sorted(place.rglob("*"))}
                    act(case)
                    after = contents(house) | {FILES: sorted(place.rglob("*"))}
                    assert after[shows] != before[shows], f"{role} {right} {shows}: nothing happened"
                else:
                    refused(case, act, right)


def refused(case: Case, act: Act, right: Right) -> None:
    """The act says which right is lacking, and only what the house prepared for it is there."""
    seen: list[dict[str, Any]] = []
    own = Store.require, Store.work

    with pytest.raises(NotAllowed) as problem, pytest.MonkeyPatch.context() as patch:
        for name, whole in zip(("require", "work"), own, strict=True):
            def watch(store: Store, *given: Any, whole: Any = whole) -> Any:
                if store is case.store:
                    seen.append(contents(case.house))
                return whole(store, *given)

            patch.setattr(Store, name, watch)
        act(case)
    lacking = [tr(one.label) for one in Right if case.store.actor.role not in WHO[one]]
    assert any(label in problem.value.message for label in lacking)
    assert tr(UserRole.OWNER.label) in problem.value.hint
    if seen:
        assert contents(case.house) == seen[0]
    assert not [path for path in case.place.rglob("*") if path.is_file()]


def test_the_reason_is_told_in_both_languages(house: Store) -> None:
    with desk(house, UserRole.READ_ONLY) as store:
        for lang, said in (("en", "Your role (Read-only) does not allow you to import files."),
                           ("zh", "您的角色（只读）无权导入文件。")):
            use(lang)  # type: ignore[arg-type]
            with pytest.raises(NotAllowed) as problem:
                importing.commit(store, 1, [])
            assert problem.value.message == said
    use("en")


def test_who_may_only_look_leaves_nothing_behind_by_what_the_program_does_by_itself(house: Store) -> None:
    before = contents(house)
    with desk(house, UserRole.READ_ONLY) as store:
        assert not checking.refresh(store, 1)
        checking.recheck_all(store)
        checking.recheck(store, 1)
        backups.before(store)
        from casedesk.casework import sanity

        assert sanity.run(store) == []
        with pytest.raises(NotAllowed):
            head_stamps._keep(store, tried="now")
        with pytest.raises(NotAllowed):
            copies.masked_copy(store, 1, house.folder, house.folder / "copy", recipient=copies.For("r"), lang="en")
    assert contents(house) == before
