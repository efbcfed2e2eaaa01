from __future__ import annotations

import datetime as dt
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select, text

from casedesk.base import times
from casedesk.base.errors import InvalidEntry
from casedesk.casework import backups, check, head_stamps, history
from casedesk.casework.history import verifier
from casedesk.casework.sealing import set_timestamp_server
from casedesk.records import Client, Matter
from casedesk.store import audit
from casedesk.store.cabinet import DATABASE, Store
from tests.authority import Authority, running
from tests.casework.chains import KINDS, harmed, history as made, insider, linked


def verdicts(store: Store) -> list[str]:
    return [problem.verdict for problem in check.verify(store)]


def add(store: Store, name: str) -> None:
    with store.work() as session:
        session.add(Client(name=name))


def mutations(count: int, seed: int) -> None:
    dice = random.Random(seed)
    for number in range(count):
        whole = made(dice, dice.randint(12, 80))
        anchors = [(len(whole), whole[-1][-1])]
        assert list(verifier().judge(whole, anchors)) == []
        kind = KINDS[number % len(KINDS)]
        wanted, rows = harmed(whole, kind, dice)
        found = [verdict for verdict, *_ in verifier().judge(rows, anchors)]
        assert wanted in found, (seed, number, kind)
        assert {*found} <= {wanted, "recomputed"}, (seed, number, kind)


def test_every_harm_to_a_history_gets_its_verdict() -> None:
    mutations(20 * len(KINDS), 7)


@pytest.mark.slow
def test_ten_thousand_harms_are_all_found() -> None:
    mutations(10_000, 20261127)


def test_harm_upon_harm_is_found() -> None:
    dice = random.Random(3)
    for _ in range(60):
        rows = whole = made(dice, 60)
        for kind in dice.sample(KINDS[:-2], 3):
            _, rows = harmed(rows, kind, dice)
        assert list(verifier().judge(rows, [(60, whole[-1][-1])])) != []


def test_of_the_last_changes_an_anchor_or_the_end_the_file_tells_decides() -> None:
    whole = made(random.Random(1), 9)
    edited = [*whole[:7], *([*row[:2], "x", *row[3:]] for row in whole[7:])]
    added = linked([*whole, [10, 5, "x", "add", "incident", "0" * 32, 1, {}, ""]], 9)
    assert list(verifier().judge(edited)) == [("edited or inserted", 8, 9)]
    assert list(verifier().judge(edited, [(9, whole[-1][-1])])) == [("edited", 8, 9)]
    assert list(verifier().judge(added)) == []
    assert list(verifier().judge(added, own=(9, whole[-1][-1]))) == [("inserted", 10, 10)]
    assert list(verifier().judge([*whole[:4], whole[-1]])) == [("deleted or inserted", 5, 8)]


def test_a_history_edited_throughout_is_told_at_once() -> None:
    rows = [[*row[:2], "x", *row[3:]] for row in made(random.Random(1), 5000)]
    assert list(verifier().judge(rows)) == [("edited or inserted", 1, 100)]


def test_cut_off_or_computed_anew_shows_against_an_anchor_only() -> None:
    rows = made(random.Random(1), 30)
    heads = [(20, rows[19][-1])]
    anew = [list(row) for row in rows]
    anew[4][7] = {}
    linked(anew, 4)
    assert list(verifier().judge(anew)) == list(verifier().judge(rows[:10])) == []
    assert list(verifier().judge(anew, heads)) == [("recomputed", 20, 20)]
    assert list(verifier().judge(rows[:10], heads)) == [("truncated", 11, 20)]
    assert list(verifier().judge(rows[:25], heads)) == []
    assert list(verifier().judge(rows, [*heads, (20, "0" * 64)])) == [("recomputed", 20, 20)]


@pytest.mark.sqlite
def test_a_cabinet_put_back_or_cut_off_shows_against_a_backup_place(store: Store, matter: Matter) -> None:
    store.close()
    earlier = store.folder.with_name("earlier.db")
    shutil.copy(store.folder / DATABASE, earlier)
    add(store, "after")
    backups.back_up(store)
    assert verdicts(store) == []
    assert "1 anchors; the last knows no. 3" in history.limits(store)
    with insider(store) as connection:
        connection.execute(text("DELETE FROM change WHERE seq = 3"))
    assert verdicts(store) == ["truncated", "inserted"]
    store.close()
    shutil.copy(earlier, store.folder / DATABASE)
    assert verdicts(store) == ["rolled back"]
    shutil.rmtree(backups.beside(store))
    assert verdicts(store) == []
    assert "No anchor" in history.limits(store)


def test_a_clock_that_was_set_back_is_told_and_the_order_stays(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    now = times.now()
    for minutes in (0, 4, 2, 60, -600, 61):  # two minutes back is no news: the desks of an office differ by as much
        monkeypatch.setattr(times, "now", lambda minutes=minutes: now + dt.timedelta(minutes=minutes))
        add(store, f"{minutes}")
    assert "set back before these changes: no. 5." in history.limits(store)
    assert verdicts(store) == []


@pytest.mark.sqlite
def test_a_history_computed_anew_shows_against_a_backup_place(store: Store, matter: Matter) -> None:
    backups.back_up(store)
    with insider(store) as connection:
        rows = list(audit.lines(connection))
        rows[0][2] = "somebody"
        for row in linked(rows, 0):
            connection.execute(text("UPDATE change SET who = :who, hash = :hash WHERE seq = :seq"),
                               {"who": row[2], "hash": row[-1], "seq": row[0]})
    assert verdicts(store) == ["recomputed"]


@pytest.mark.parametrize("harm", ["UPDATE client SET name = '某甲'", "UPDATE client SET deleted_at = 5"])
def test_a_record_changed_past_its_history_is_found(store: Store, matter: Matter, harm: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(text(harm))
    assert "edited" in verdicts(store)


APPEND = ("INSERT INTO change (seq, at, who, action, kind, record, matter_id, fields, hash) SELECT seq + {n}, at, 'x',"
          " {action}, kind, {record}, matter_id, {fields}, {hash} FROM change WHERE seq = {of}")


@pytest.mark.sqlite
@pytest.mark.parametrize("harm", [
    {"action": "'edit'", "fields": "'{}'"},
    {"action": "'edit'", "fields": """'{"name": ["", "y"]}'"""},
    {"action": "'edit'", "n": 100},
    {"record": f"'{'5' * 32}'"},
    {"record": "'garbage'", "fields": "'no fields'"},
    {"action": "'delete'"},
    {"action": "'purge'", "record": f"'{'5' * 32}'", "hash": "'no hash'"}])
def test_a_change_put_behind_the_last_is_told_as_inserted(store: Store, matter: Matter, harm: dict[str, str]) -> None:
    add(store, "last")
    said = {"n": 1, "of": 3, "action": "action", "record": "record", "fields": "fields", "hash": "hash", **harm}
    with store.engine.begin() as connection:
        connection.execute(text(APPEND.format(**said).replace(": ", r"\: ")))
    assert verdicts(store)[0] == "inserted"
    assert "edited" not in verdicts(store)


@pytest.mark.sqlite
def test_a_change_linked_behind_the_last_one_is_told_by_its_record(store: Store, matter: Matter) -> None:
    with store.engine.begin() as connection:
        rows = list(audit.lines(connection))
        rows.append([3, *rows[-1][1:3], "edit", *rows[-1][4:7], {}, ""])
        connection.execute(text(APPEND.format(
            n=1, of=2, action="'edit'", record="record", fields="'{}'", hash=f"'{linked(rows, 2)[-1][-1]}'").replace(
                "'x'", "who")))
    assert verdicts(store) == ["inserted"]


@pytest.mark.sqlite
@pytest.mark.parametrize("where", ["seq = 3", "seq > 1", "seq = 2"])
def test_changes_edited_at_the_end_are_told_as_edited(store: Store, matter: Matter, where: str) -> None:
    add(store, "last")
    with insider(store) as connection:
        connection.execute(text(f"UPDATE change SET who = 'x' WHERE {where}"))
    assert verdicts(store) == ["edited"]


def test_a_record_taken_away_past_its_history_is_found(store: Store, matter: Matter) -> None:
    for name in "abc":
        add(store, name)
    with store.work() as session:
        session.delete(session.scalars(select(Client).where(Client.name == "a")).one())  # which the history tells
    assert verdicts(store) == []
    with store.engine.begin() as connection:
        connection.execute(text("DELETE FROM client WHERE name = 'b'"))
    assert "deleted" in verdicts(store)


def test_an_exported_history_is_verified_by_a_stranger(store: Store, matter: Matter, tmp_path: Path) -> None:
    add(store, "孤𬭎")
    out = tmp_path / "chain.jsonl"
    assert history.export(store, out) == 3
    anchor = "{}:{}".format(*history.head(store))

    def verify(*words: str) -> tuple[int, str]:
        done = subprocess.run([sys.executable, "-I", str(out.with_name("verify_chain.py")), *words], check=False,
                              capture_output=True, text=True, encoding="utf-8")
        assert done.stderr == ""
        return done.returncode, done.stdout

    code, said = verify(str(out))
    assert (code, "would not show" in said) == (0, True)
    assert verify(str(out), anchor)[0] == 0
    lines = out.read_text(encoding="utf-8", errors="surrogatepass").splitlines()
    changed = json.loads(lines[2])
    changed[2] = "x"
    out.write_text("\n".join([*lines[:2], json.dumps(changed), *lines[3:]]), encoding="utf-8", errors="surrogatepass")
    code, said = verify(str(out), anchor)
    assert (code, "FAIL  edited  no. 2" in said) == (8, True)
    out.write_text("no history", encoding="utf-8")
    assert verify(str(out))[0] == 8


@pytest.mark.sqlite
def test_a_stamped_head_is_an_anchor_and_a_forged_stamp_is_none(store: Store, matter: Matter) -> None:
    with pytest.raises(InvalidEntry, match="No time-stamp authority"):
        head_stamps.stamp(store, *history.head(store))
    backups.back_up(store)
    with running(Authority()) as url:
        set_timestamp_server(store, url)
        assert head_stamps.due(store, 2, times.now())
        at = head_stamps.stamp(store, *history.head(store))
    assert not head_stamps.due(store, 2, times.now())
    assert not head_stamps.due(store, 3, times.now())
    assert head_stamps.due(store, 3, times.now() + head_stamps.EVERY)
    assert list(head_stamps.kept(store)) == [(at.isoformat(), *history.head(store))]
    [said] = backups.beside(store).glob("*/head-2.txt")
    said.with_name("heads.jsonl").unlink()
    with insider(store) as connection:
        rows = linked([[*row[:2], "somebody", *row[3:]] for row in audit.lines(connection)], 0)
        for row in rows:
            connection.execute(text("UPDATE change SET who = :who, hash = :hash WHERE seq = :seq"),
                               {"who": row[2], "hash": row[-1], "seq": row[0]})
    assert verdicts(store) == ["recomputed"]
    said.write_bytes(f"2:{rows[-1][-1]}".encode())
    assert list(head_stamps.kept(store)) == []
