"""C: bits rot, files are cut, exchanged or lost, histories forged; backups and passphrases on top."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from unittest import mock

from sqlalchemy import select

from casedesk.base import times
from casedesk.base.errors import Cancelled, CasedeskError
from casedesk.casework import backups, check, sanity
from casedesk.casework.evidence import add_files, kept
from casedesk.casework.history import verifier
from casedesk.records import ALL, Client, Evidence, Incident
from casedesk.store import backup, bulk, keys
from casedesk.store.cabinet import DATABASE, VAULT, Store
from casedesk.store.restoring import restore
from casedesk.store.salvaging import salvage
from tests.bench import corpus
from tests.casework.chains import KINDS, harmed, history as made_history
from tests.conftest import QUICK
from tests.faults import oracle, prepared, scenarios
from tests.faults.campaign import Bench, campaign

_PAGE = 4096


def rows_of(store: Store) -> dict[str, list[str]]:
    """Every row of every table."""
    with store.read(whole=True) as session:
        return {kind.__tablename__: [repr(tuple(row)) for row in session.execute(
            select(kind.__table__).order_by(kind.__table__.c.id))] for kind in ALL}


def contents(store: Store) -> str:
    """Every row of every table and every byte of the evidence, as one digest's source."""
    rows = rows_of(store)
    with store.read(whole=True) as session:
        every = session.scalars(select(Evidence).where(Evidence.vault_name != "")).all()
    return repr((rows, [store.vault.read(kept(one)) for one in every]))


def _told(folder: Path, key: keys.CabinetKey) -> list[str]:
    """What the program says of a cabinet: its problems, or why it does not open it."""
    try:
        with Store.open(folder, key) as store:
            return [f"{one.verdict} {one.path} {one.message}" for one in check.verify(store)]
    except CasedeskError as problem:
        return [str(problem)]


_SALVAGED = 25
"""After so many harms to pages what can be read is brought over once."""


def _changed_database(bench: Bench, harms: Callable[[bytearray, random.Random], str], *,
                      salvaged: bool = False) -> None:
    folder = bench.folder() / "cabinet"
    key, path = keys.unlock(folder, "pass"), folder / DATABASE
    if _told(folder, key):
        bench.find("unharmed", _told(folder, key))
    with Store.open(folder, key) as store:
        before = rows_of(store)
    whole = path.read_bytes()
    for number in range(bench.size):
        for left in folder.glob(f"{DATABASE}-*"):
            left.unlink()
        damaged = bytearray(whole)
        how = harms(damaged, bench.dice)
        path.write_bytes(damaged)
        bench.tally.runs += 1
        bench.tally.count(how)
        if damaged != whole and not _told(folder, key):
            bench.find(f"{number}", [f"not noticed: {how}"])
        if salvaged and number % _SALVAGED == 0:
            bench.find(f"{number} {how}", _salvaged(bench, folder, key, before))


@campaign("C01", "a single bit of the database flipped", plan="1,000", small=20, nightly=1000)
def flipped_bits(bench: Bench) -> None:
    def flip(data: bytearray, dice: random.Random) -> str:
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        return "flipped"

    _changed_database(bench, flip)


@campaign("C02", "pages of the database zeroed, random, doubled, exchanged", plan="5,000 at release", small=0,
          nightly=5000)
def lost_pages(bench: Bench) -> None:
    def harm(data: bytearray, dice: random.Random) -> str:
        one, other = (dice.randrange(len(data) // _PAGE) * _PAGE for _ in range(2))
        page, there = data[one:one + _PAGE], data[other:other + _PAGE]
        how = dice.choice(["zeroed", "random", "doubled", "exchanged"])
        data[one:one + _PAGE] = {"zeroed": bytes(_PAGE), "random": dice.randbytes(_PAGE)}.get(how, there)
        if how == "exchanged":
            data[other:other + _PAGE] = page
        return how

    _changed_database(bench, harm, salvaged=True)


def _salvaged(bench: Bench, folder: Path, key: keys.CabinetKey, before: dict[str, list[str]]) -> list[str]:
    """What is wrong with what was brought over: a row that never was, or one that is lost and nothing says so."""
    new = bench.place / "salvaged"
    try:
        found = salvage(folder, new, lambda _: key)
        with Store.open(new, key) as store:
            after = rows_of(store)
    except CasedeskError as problem:
        bench.tally.count("nothing could be brought over")
        return [] if problem.message else ["no reason"]
    shutil.rmtree(new)
    bench.tally.count("brought over, with a loss that is named" if found.lost() else "brought over whole")
    return [f"{name}: rows that never were" for name, rows in after.items() if not set(rows) <= set(before[name])] + [
        f"{name}: rows lost without a word" for name, rows in after.items()
        if len(rows) < len(before[name]) and not found.lost()]


def _lies(store: Store, one: Evidence) -> Path:
    return store.folder / VAULT / one.vault_name


def _harm_file(path: Path, other: Path, how: str, dice: random.Random) -> str:
    """Harm one kept file; returns the verdict it must get."""
    for one in (path, other):
        one.chmod(0o600)
    data = path.read_bytes()
    if how == "deleted":
        path.unlink()
        return "missing"
    if how == "exchanged":
        path.write_bytes(other.read_bytes())
        other.write_bytes(data)
    elif how == "linked":
        path.rename(path.with_suffix(".real"))
        path.symlink_to(path.with_suffix(".real"))
    elif how == "flipped":
        place = dice.randrange(len(data))
        path.write_bytes(data[:place] + bytes([data[place] ^ 1 << dice.randrange(8)]) + data[place + 1:])
    elif how == "orphan":
        (path.parent / f"{dice.getrandbits(248):062x}").write_bytes(data)
        return "extra"
    else:
        path.write_bytes(data[:len(data) * int(how) // 100 or int(how == "1")])
    return "changed"


@campaign("C03", "kept files cut at 0, 1, 50, 99 %, flipped, exchanged, deleted, linked, strange ones added",
          plan="1,000", small=9, nightly=1000)
def harmed_files(bench: Bench) -> None:
    folder = bench.folder()
    with scenarios.opened(folder / "cabinet") as store:
        entered = add_files(store, 1, [folder / f"proof-{number}.txt" for number in range(3)])
    if bench.weakness == "hash checks":
        mock.patch.object(type(store.vault), "verify", return_value="ok").start()
    try:
        for number in range(bench.size):
            place = Path(shutil.copytree(folder, bench.place / "harmed"))
            with scenarios.opened(place / "cabinet") as store:
                one, other = bench.dice.sample(entered, 2)
                how = ["0", "1", "50", "99", "flipped", "exchanged", "deleted", "linked", "orphan"][number % 9]
                wanted = _harm_file(_lies(store, one), _lies(store, other), how,
                                    bench.dice)
                found = check.verify(store)
                named = {(line.path.removeprefix("vault/"), line.verdict) for line in found}
                if (wanted == "extra" and wanted not in {verdict for _, verdict in named}) or (
                        wanted != "extra" and (one.vault_name, wanted) not in named):
                    bench.find(f"{number} {how}", [f"not named: {named}"])
                with suppress(CasedeskError):
                    store.vault.read(kept(one))
                    if wanted != "extra":
                        bench.find(f"{number} {how}", ["given out as if it were whole"])
            bench.tally.runs += 1
            bench.tally.count(how)
            shutil.rmtree(place)
    finally:
        mock.patch.stopall()


_LOGS = ("of another cabinet", "an earlier one", "cut off", "missing", "random memory", "copied live", "conflict copy")


@campaign("C04", "the log beside the database wrong, old or missing; copies made while it was open", plan="50",
          small=0, nightly=70)
def strange_logs(bench: Bench) -> None:
    for number in range(bench.size):
        how, folder = _LOGS[number % len(_LOGS)], bench.folder()
        cabinet, left = folder / "cabinet", folder / "left"
        log, memory = (left / f"{DATABASE}-{end}" for end in ("wal", "shm"))
        with scenarios.opened(cabinet) as store:
            _add(store, bench.dice.randint(1, 5))
            earlier = (cabinet / log.name).read_bytes()
            with suppress(CasedeskError):
                backups.back_up(store)  # whose head of the history is what later loss shows against
            key, wanted = store.key, contents(store)
            shutil.copytree(cabinet, left)
            shutil.copytree(cabinet.with_name("cabinet-backups"), left.with_name("left-backups"))
        if how == "of another cabinet":
            log.write_bytes(_log_of_another(bench))
        elif how == "an earlier one":
            log.write_bytes(earlier[:bench.dice.randrange(len(earlier) // 2)])
        elif how == "cut off":
            log.write_bytes(log.read_bytes()[:bench.dice.randrange(1000)])
        elif how == "missing":
            log.unlink()
        elif how == "random memory":
            memory.write_bytes(bench.dice.randbytes(32768))
        elif how == "conflict copy":
            shutil.copy(left / DATABASE, left / f"cabinet (conflict {number}).db")
        bench.tally.runs += 1
        bench.tally.count(how)
        told = _told(left, key)
        with suppress(CasedeskError), Store.open(left, key) as store:
            if contents(store) != wanted and not told:
                bench.find(f"{number} {how}", ["it is not what was saved, and nothing says so"])
        if how == "conflict copy" and not told:
            bench.find(f"{number} {how}", ["nothing is said of the copy"])


def _add(store: Store, count: int) -> None:
    for number in range(count):
        with store.work() as session:
            session.add(Client(name=f"又{number}"))


def _log_of_another(bench: Bench) -> bytes:
    shutil.rmtree(bench.place / "another", ignore_errors=True)
    with Store.create(bench.place / "another", "pass", cost=QUICK)[0] as store:
        _add(store, 3)
        return (store.folder / f"{DATABASE}-wal").read_bytes()


@campaign("C05", "a history edited, deleted from, inserted into, reordered, cut off, computed anew", plan="10,000",
          small=33, nightly=10_000)
def forged_histories(bench: Bench) -> None:
    for number in range(bench.size):
        whole = made_history(bench.dice, bench.dice.randint(12, 80))
        kind = KINDS[number % len(KINDS)]
        wanted, rows = harmed(whole, kind, bench.dice)
        found = [verdict for verdict, *_ in verifier().judge(rows, [(len(whole), whole[-1][-1])])]
        if wanted not in found:
            bench.find(f"{number} {kind}", [f"{wanted} wanted, {found} said"])
        bench.tally.runs += 1
        bench.tally.count(kind)


_PIECE = 32
"""Megabytes of a file of evidence."""


@campaign("C06", "the whole cabinet checked, interrupted again and again: megabytes of evidence, and contacts",
          plan="100,000 incidents and 50 GB, 200 MB/s", small=0, nightly=50_000)
def interrupted_checks(bench: Bench) -> None:
    """Of 50 GB as much as the free disk holds and a sixth of it stays free."""
    folder, source = bench.folder(), bench.place / "source.bin"
    size = min(bench.size, shutil.disk_usage(bench.place).free * 5 // 6_000_000)
    contacts = min(10 * size, 100_000)
    with scenarios.opened(folder / "cabinet") as store:
        _log(store, contacts)
        for _ in range(max(2, size // _PIECE)):
            source.write_bytes(bench.dice.randbytes(_PIECE * 1_000_000))
            (last,) = add_files(store, 1, [source])
        _harm_file(_lies(store, last), source, "flipped", bench.dice)
        looked, found, began, processor = 0, [], time.monotonic(), time.process_time()

        def interrupt(done: int, total: int, note: str = "") -> None:
            nonlocal looked
            looked += 1
            if bench.dice.random() < 0.01:
                raise Cancelled

        while sanity.last(store).finished == "":
            with suppress(Cancelled):
                found = sanity.run(store, interrupt, resume=True)
            bench.tally.runs += 1
        took, processor = time.monotonic() - began, time.process_time() - processor
    bench.tally.counts |= {
        "MB of evidence": size, "contacts": contacts, "MB a second": int(size / took),
        "MB for a second of the processor": int(size / processor), "steps looked at": looked}
    if [one.path.removeprefix("vault/") for one in found] != [last.vault_name]:
        bench.find("check", [f"not the damaged file alone: {[one.path for one in found]}"])


def _log(store: Store, count: int) -> None:
    """So many contacts, each with its words, chained and searchable."""
    contacts = corpus.contacts(count)
    while block := [{"at": times.from_millis(one.at), "number": one.number, "words": one.words}
                    for one in islice(contacts, 5000)]:
        with store.work() as session:
            bulk.add(session, Incident(matter_id=1), block)


@campaign("C07", "a backup a day for a year, each that is kept restored; some taken while others write; damaged ones",
          plan="365 days, 500 while writing, 200 damaged", small=0, nightly=365)
def restored_backups(bench: Bench) -> None:
    folder = bench.folder()
    with Store.create(folder / "own", "pass", cost=QUICK)[0] as store:
        recovery = keys.new_recovery_key(store.folder, store.key)
        wanted = _a_year(bench, store, folder / "proof-1.txt")
        listed = [path for path, _ in backups.listed(store)]
        for path in listed:
            restored = bench.place / "restored"
            restore(path, restored, lambda part: keys.unlock_with_recovery(part, recovery), older=True)
            with Store.open(restored, keys.unlock(restored, "pass")) as again:
                if contents(again) != wanted[path.name] or _problems(again):
                    bench.find(path.name, ["the restored cabinet is not what was backed up", *_problems(again)])
            bench.tally.count("restored with the recovery key and compared")
            shutil.rmtree(restored)
        _while_writing(bench, store)
        _damaged_backups(bench, listed[0], store.key)


def _problems(store: Store) -> list[str]:
    """What a check says of it; the history's later end is known to the backup places of another folder alone."""
    return [one.message for one in check.verify(store)]


def _a_year(bench: Bench, store: Store, proof: Path) -> dict[str, str]:
    wanted = {}
    for day in range(bench.size):
        at = dt.datetime(2026, 1, 1, 9, tzinfo=dt.UTC) + dt.timedelta(days=day)
        with mock.patch.object(times, "now", lambda at=at: at):
            _add(store, 1)
            if day == 0:
                prepared.add_matter(store, "B-1", "林某")
            if day % 20 == 0:
                add_files(store, 1, [proof])
            (done,) = backups.back_up(store)
        if done.problem:
            bench.find(f"day {day}", [done.problem])
        wanted[Path(done.name).name] = contents(store)
        bench.tally.runs += 1
    return wanted


def _while_writing(bench: Bench, store: Store) -> None:
    stop = threading.Event()

    def write() -> None:
        with Store.open(store.folder, store.key, who="other") as other:
            while not stop.is_set():
                _add(other, 1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(bench.size * 3 // 2):
            out = bench.place / f"during-{number}.casedesk"
            told = backup.write(store, out)
            bench.find(f"during {number}", [] if backup.check(out, store.key) == told else ["it is not what it said"])
            out.unlink()
            bench.tally.count("taken while another desk wrote")
    finally:
        stop.set()
        writer.join()


def _damaged_backups(bench: Bench, whole: Path, key: keys.CabinetKey) -> None:
    data, harmed_one = whole.read_bytes(), whole.with_name("damaged.casedesk-backup")
    for number in range(bench.size // 2 + 20):
        place = bench.dice.randrange(len(data))
        changed = data[:place] if number % 2 else (
            data[:place] + bytes([data[place] ^ 1 << bench.dice.randrange(8)]) + data[place + 1:])
        harmed_one.write_bytes(changed)
        restored = bench.place / "restored"
        try:
            restore(harmed_one, restored, lambda _: key, older=True)
        except CasedeskError:
            bench.tally.count("damaged and refused")
            if restored.exists():
                bench.find(f"damaged {number}", ["refused, and something was left"])
            continue
        with Store.open(restored, key) as again:
            found = _problems(again)
        bench.tally.count("damaged where nothing is held, and restored whole")
        bench.find(f"damaged {number} at {place}", found)
        shutil.rmtree(restored)


@campaign("C08", "wrong passphrases and mistyped recovery keys", plan="50", small=5, nightly=200)
def wrong_keys(bench: Bench) -> None:
    folder = bench.folder() / "cabinet"
    recovery = keys.new_recovery_key(folder, keys.unlock(folder, "pass"))
    before = oracle.digest(folder)
    for number, (how, tried) in enumerate(_wrong_ways(bench, folder, recovery)):
        try:
            tried()
            bench.find(f"{number} {how}", ["it opened"])
        except CasedeskError as problem:
            if not problem.message:
                bench.find(f"{number} {how}", ["no reason"])
        bench.tally.runs += 1
        bench.tally.count(how)
    if oracle.digest(folder) != before:
        bench.find("wrong keys", ["the cabinet was changed"])
    for key in (keys.unlock(folder, "pass"), keys.unlock_with_recovery(folder, recovery)):
        bench.find("right keys", _told(folder, key))
    if any("林某".encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file()):
        bench.find("right keys", ["a name stands in the open"])


def _wrong_ways(bench: Bench, folder: Path, recovery: str) -> Iterator[tuple[str, Callable[[], object]]]:
    signs = [place for place, sign in enumerate(recovery) if sign != "-"]
    for number in range(bench.size):
        place = bench.dice.choice(signs)
        other = bench.dice.choice([sign for sign in "0123456789ABCDEFGHJKMNPQRSTVWXYZ" if sign != recovery[place]])
        typed = recovery[:place] + other + recovery[place + 1:]
        wrong = bench.dice.choice(["Pass", "pass1", "pas", "ｐａｓｓ", "pass\u200b", "", f"{bench.dice.random()}"])
        if number % 2:
            yield "a wrong passphrase", partial(keys.unlock, folder, wrong)
        else:
            yield "a mistyped recovery key", partial(keys.unlock_with_recovery, folder, typed)
