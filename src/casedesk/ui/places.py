"""Where a person is in the window: what back and forward, links and the rail speak of."""

from __future__ import annotations

from dataclasses import dataclass

RAIL = ("desk", "matters", "parties", "incidents", "evidence", "negotiation", "filings")
FOOT = ("trash", "settings")


@dataclass(frozen=True)
class Place:
    """A page, the matter and section it shows, and the record chosen in it."""

    page: str
    matter: int | None = None
    section: str = ""
    record: int | None = None

    @property
    def tab(self) -> tuple[str, int | None]:
        """Places of one tab share a page widget."""
        return (self.page, self.matter)


class Trail:
    """The places been at, with back and forward."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._at = -1

    def visit(self, place: Place) -> None:
        """Go on from here; what lay ahead is forgotten."""
        if self.here == place:
            return
        del self._places[self._at + 1:]
        self._places.append(place)
        self._at += 1

    @property
    def here(self) -> Place | None:
        return self._places[self._at] if self._at >= 0 else None

    @property
    def can_back(self) -> bool:
        return self._at > 0

    @property
    def can_forward(self) -> bool:
        return self._at < len(self._places) - 1

    def back(self) -> Place | None:
        """One step back, or None."""
        if not self.can_back:
            return None
        self._at -= 1
        return self._places[self._at]

    def forward(self) -> Place | None:
        """One step forward, or None."""
        if not self.can_forward:
            return None
        self._at += 1
        return self._places[self._at]

    def forget(self, page: str, matter: int | None) -> None:
        """Take the places of a closed tab out of the trail."""
        here = self.here
        self._places = [place for place in self._places if place.tab != (page, matter)]
        self._at = self._places.index(here) if here in self._places else len(self._places) - 1
