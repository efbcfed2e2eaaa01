"""Reading a phone's log, a bill and a client's table against the bare parser reading the same; keeping all of it."""

from __future__ import annotations

import datetime as dt
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from casedesk.casework import importing
from casedesk.records import Client, Matter
from casedesk.store import keys
from casedesk.store.cabinet import Store
from tests.bench import cabinets
from tests.bench.frame import Row, Times, alone, compared
from tests.bench.readers import ROWS

RUNS, MOST_SECONDS, MOST_MB = 3, 15, 300
_HERE, _READERS = "tests.bench.measures.imports", "tests.bench.readers"
_START = dt.datetime(2024, 1, 1)  # noqa: DTZ001 - a bill has no zone
PASSPHRASE = "bench"


def measure() -> Iterator[Row]:
    """Each format read in a process of its own, in turn with its parser; then each kept in an empty cabinet."""
    folder = Path(tempfile.mkdtemp(dir=cabinets.run_folder()))
    for name, make, peer, most in (("log.xml", _log, "bare_xml", 8), ("bill.csv", _bill, "bare_csv", 40),
                                   ("table.csv", _table, "bare_csv", 40)):
        path = folder / name
        path.write_text(make(), encoding="utf-8")
        ours, bare, kept = [], [], []
        for run in range(RUNS):
            ours.append(alone(f"{_READERS}:read", str(path)))
            bare.append(alone(f"{_READERS}:{peer}", str(path)).seconds)
            kept.append(alone(f"{_HERE}:keep", str(path), str(folder / f"{name}-{run}")))
        read, peers = Times(tuple(one.seconds for one in ours)), Times(tuple(bare))
        yield compared(f"{name}: {ROWS:,} rows read, {ROWS / read.median:,.0f} a second", read, peers, most)
        times = Times(tuple(one.seconds for one in kept))
        storing, reading = (min(one.cpu for one in runs) for runs in (kept, ours))
        yield Row(f"{name}: {ROWS:,} rows imported, {ROWS / times.median:,.0f} a second", str(times), str(peers),
                  f"{times.median / peers.median:.0f}x", f"<= {MOST_SECONDS} s", times.median <= MOST_SECONDS,
                  (f"processor {storing:.1f} s, the reading beside it {reading:.1f} s",))
        most_mb = max(one.peak_mb for one in kept) + max(one.peak_mb for one in ours)
        yield Row("  its most memory, with the process that reads", f"{most_mb:.0f} MB", target=f"<= {MOST_MB} MB",
                  met=most_mb <= MOST_MB)


def keep(path: str, cabinet: str) -> None:
    """The whole file kept in an empty cabinet."""
    made, _ = Store.create(Path(cabinet), PASSPHRASE, cost=keys.Cost(memory=64, passes=1, lanes=1))
    with made as store:
        with store.work() as session:
            client = Client(name="x")
            session.add(client)
            session.flush()
            matter = Matter(ref="A-1", name="x", client_id=client.id)
            session.add(matter)
        (report,) = importing.commit(store, matter.id, [Path(path)])
        assert report.imported == ROWS


def _rows() -> Iterator[tuple[dt.datetime, str, str, int]]:
    chance, at = random.Random(7), _START
    for _ in range(ROWS):
        at += dt.timedelta(seconds=chance.randrange(60, 900))
        yield at, f"138{chance.randrange(3000):08}", chance.choice("123"), chance.randrange(1, 400)


def _log() -> str:
    lines = (f'<call number="{number}" duration="{seconds}" date="{int(at.replace(tzinfo=dt.UTC).timestamp())}000" '
             f'type="{kind}" presentation="1" readable_date="x" contact_name="(Unknown)" />'
             for at, number, kind, seconds in _rows())
    return f'<?xml version="1.0" encoding="UTF-8" ?>\n<calls count="{ROWS}">\n' + "\n".join(lines) + "\n</calls>\n"


def _bill() -> str:
    lines = (f"{at},上海,{'主叫' if kind == '2' else '被叫'},{number},{seconds // 60}分{seconds % 60}秒,国内通话,,0.00"
             for at, number, kind, seconds in _rows())
    return "起始时间,通信地点,通信方式,对方号码,通信时长,通信类型,套餐优惠,实收通信费(元)\n" + "\n".join(lines) + "\n"


def _table() -> str:
    lines = (f"{at},{number},{'去电' if kind == '2' else '来电'},{seconds},再不还钱就告诉你单位"
             for at, number, kind, seconds in _rows())
    return "时间,号码,方向,时长,内容\n" + "\n".join(lines) + "\n"

