"""Nothing acknowledged is lost, doubled or damaged. The small campaigns run always; the long ones by `make faults`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import campaign
from tests.faults.campaign import Tally
from tests.faults.worker import SCENARIOS

needs_strace = pytest.mark.skipif(not campaign.traceable(), reason="strace is not here, or may not trace")
SEED = 20261127
REPORT = campaign.ROOT / "reliability_report.json"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return campaign.cabinet(tmp_path_factory.mktemp("whole"))


def test_a_killed_desk_loses_nothing_it_was_told_is_saved(whole: Path, tmp_path: Path) -> None:
    assert campaign.random_kills(whole, tmp_path / "run", "attaching", 2, SEED).found == []


def test_a_log_cut_anywhere_leaves_a_beginning(whole: Path, tmp_path: Path) -> None:
    assert campaign.cut_wals(whole, tmp_path / "run", 8, SEED).found == []


@needs_strace
def test_what_is_acknowledged_is_on_the_disk_and_the_test_would_notice(whole: Path, tmp_path: Path) -> None:
    assert campaign.unsynced(whole, tmp_path / "run", "attaching") == []
    assert campaign.unsynced(whole, tmp_path / "run", "attaching", "synchronous") != []


def noticed(whole: Path, place: Path) -> dict[str, bool]:
    """Whether each safeguard switched off is noticed."""
    found = {weakness: campaign.unsynced(whole, place, "attaching", weakness) != []
             for weakness in ("synchronous", "sync of kept files")}
    folder = campaign.fresh(whole, place)
    _, acks, _ = campaign.run(campaign.worker(folder, "logging", "idempotency"))
    return {**found, "idempotency": campaign.harm(folder, "logging", acks, "idempotency") != []}


@pytest.mark.faults
@needs_strace
def test_the_campaigns(whole: Path, tmp_path: Path) -> None:
    place = tmp_path / "run"
    tallies: list[Tally] = [campaign.cut_wals(whole, place, 500, SEED)]
    for scenario in SCENARIOS:
        tallies += [campaign.random_kills(whole, place, scenario, 40, SEED),
                    campaign.at_every_call(whole, place, scenario, "signal=KILL"),
                    campaign.at_every_call(whole, place, scenario, "error=EIO", every=3),
                    campaign.at_every_call(whole, place, scenario, "error=ENOSPC", every=3)]
        campaign.report(tallies, {}, REPORT)  # what there is, should the night be too short
    weaknesses = noticed(whole, place)
    campaign.report(tallies, weaknesses, REPORT)
    assert [one for tally in tallies for one in tally.found] == []
    assert all(weaknesses.values()), weaknesses
