"""Nothing acknowledged is lost, doubled or damaged. Small campaigns run always; the whole of each by `make faults`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import bad_networks, damage, disk, network  # noqa: F401 - fill the list of campaigns
from tests.faults.campaign import CAMPAIGNS, Campaign, report


def held(campaign: Campaign, place: Path, size: int, weakness: str = "") -> list[str]:
    tally = campaign.hold(place, size, weakness)
    if tally.skipped:
        pytest.skip(f"{tally.id} {tally.what}: {tally.skipped}")
    assert tally.runs > 0
    return tally.found


@pytest.mark.parametrize("campaign", [one for one in CAMPAIGNS if one.small], ids=lambda one: one.id)
def test_a_small_campaign_finds_nothing(campaign: Campaign, tmp_path: Path) -> None:
    assert held(campaign, tmp_path, campaign.small) == []


@pytest.mark.faults
@pytest.mark.parametrize("campaign", CAMPAIGNS, ids=lambda one: one.id)
def test_a_campaign_finds_nothing(campaign: Campaign, tmp_path: Path) -> None:
    tally = campaign.hold(tmp_path, campaign.nightly)
    report(tally)
    if tally.skipped:
        pytest.skip(f"{tally.id} {tally.what}: {tally.skipped}")
    assert tally.found == []


WEAKNESSES = {"synchronous": "F06", "sync of kept files": "F06", "idempotency": "F01", "hash checks": "C03"}
"""What each safeguard switched off must be noticed by."""


@pytest.mark.parametrize("weakness", WEAKNESSES)
def test_a_safeguard_switched_off_is_noticed(weakness: str, tmp_path: Path) -> None:
    (campaign,) = (one for one in CAMPAIGNS if one.id == WEAKNESSES[weakness])
    assert held(campaign, tmp_path, campaign.small, weakness) != []
