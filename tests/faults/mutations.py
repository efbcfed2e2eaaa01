"""A6: whether the campaigns have teeth: each safeguard of the program, switched off, must be found by one of them."""

from __future__ import annotations

from tests.faults.campaign import CAMPAIGNS, Bench, campaign, no_shim

NOTICED_BY = {"synchronous": "F06", "sync of kept files": "F06", "idempotency": "F02", "hash checks": "C03"}

_TRIES = 8
"""So many kills, spread evenly, that some come after something was saved."""


@campaign("A6", "a safeguard switched off is noticed", plan="synchronous, idempotency, hash checks", small=1, nightly=1,
          missing=no_shim)
def switched_off(bench: Bench) -> None:
    for weakness, name in NOTICED_BY.items():
        (other,) = (one for one in CAMPAIGNS if one.id == name)
        place = bench.place / weakness
        place.mkdir()
        found = other.hold(place, max(other.small, _TRIES), weakness).found
        bench.tally.runs += 1
        bench.tally.count(f"{weakness}: found by {name}", len(found))
        if not found:
            bench.find(weakness, [f"{name} does not notice"])
