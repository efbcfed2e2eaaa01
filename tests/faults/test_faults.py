"""Nothing acknowledged is lost, doubled or damaged. Small campaigns run always; the whole of each by `make faults`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import bad_networks, damage, disk, hostile, mutations, network  # noqa: F401 - fill the list of campaigns
from tests.faults.campaign import CAMPAIGNS, LEVEL, Campaign, Tally, report


def judge(tally: Tally) -> None:
    if tally.skipped:
        pytest.skip(f"{tally.id} {tally.what}: {tally.skipped}")
    assert tally.runs > 0
    assert tally.found == []


@pytest.mark.parametrize("campaign", [one for one in CAMPAIGNS if one.small], ids=lambda one: one.id)
def test_a_small_campaign_finds_nothing(campaign: Campaign, tmp_path: Path) -> None:
    judge(campaign.hold(tmp_path, campaign.small))


@pytest.mark.faults
@pytest.mark.parametrize("campaign", CAMPAIGNS, ids=lambda one: one.id)
def test_a_campaign_finds_nothing(campaign: Campaign, tmp_path: Path) -> None:
    tally = campaign.hold(tmp_path, campaign.sized(LEVEL), so_far=report)
    report(tally)
    judge(tally)
