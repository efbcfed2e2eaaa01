"""What a kind of recipient may see of the pictures in a piece of evidence: decided by a person who looked at them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from casedesk.records.words import MaskDecision, RecipientKind


class Place(NamedTuple):
    """A rectangle on a page of the exhibit as the bundle shows it: parts of the page from its left and top edge.

    `width` and `height` are the page's size in points: on a page of another size the place is not this one.
    """

    page: int
    left: float
    top: float
    right: float
    bottom: float
    width: int
    height: int


@dataclass(frozen=True)
class Masking:
    """The decision for one kind of recipient."""

    recipient: RecipientKind
    decision: MaskDecision
    places: tuple[Place, ...] = ()

    def written(self) -> str:
        """As the evidence keeps it."""
        places = ";".join(f"{one.page},{one.left:.4f},{one.top:.4f},{one.right:.4f},{one.bottom:.4f},{one.width},"
                          f"{one.height}" for one in self.places)
        return f"{self.recipient}|{self.decision}|{places}"


def read(kept: Iterable[str]) -> list[Masking]:
    """The decisions that a piece of evidence keeps."""
    return [_read(one) for one in kept]


def _read(text: str) -> Masking:
    recipient, decision, places = text.split("|")
    found = [one.split(",") for one in places.split(";") if one]
    return Masking(RecipientKind(recipient), MaskDecision(decision), tuple(
        Place(int(page), float(left), float(top), float(right), float(bottom), int(width), int(height))
        for page, left, top, right, bottom, width, height in found))


def decided(kept: Sequence[str], recipient: RecipientKind) -> Masking | None:
    """What was decided for a kind of recipient, else for any; None when nobody decided."""
    by_kind = {one.recipient: one for one in read(kept)}
    return by_kind.get(recipient) or by_kind.get(RecipientKind.ANY)
