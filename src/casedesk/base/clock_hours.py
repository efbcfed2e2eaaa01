"""Hours of the day as they are typed: 09:00-20:00, 9点到21点, 21:00~08:00."""

from __future__ import annotations

import re
from typing import NamedTuple

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr

MINUTE, DAY = 60_000, 86_400_000
_FORM = re.compile(r"^\s*(\d{1,2})\s*(?:[:：点时h.]\s*(\d{2})?)?\s*分?\s*(?:-|–|—|~|～|至|到|to)\s*"
                   r"(\d{1,2})\s*(?:[:：点时h.]\s*(\d{2})?)?\s*分?\s*$")


class Hours(NamedTuple):
    """A span of the day in milliseconds, its end not in it; it may run over midnight."""

    start: int
    end: int

    def holds(self, of_day: int) -> bool:
        """Whether a moment of the day, in milliseconds, lies in the span."""
        if self.start <= self.end:
            return self.start <= of_day < self.end
        return of_day >= self.start or of_day < self.end

    def __str__(self) -> str:
        return "-".join(f"{at // 3_600_000:02d}:{at // MINUTE % 60:02d}" for at in self)


def read_hours(text: str) -> Hours | None:
    """The span that was typed; None when it is none."""
    found = _FORM.match(text)
    if found is None:
        return None
    first, first_minute, last, last_minute = (int(part or 0) for part in found.groups())
    if first > 24 or last > 24 or first_minute > 59 or last_minute > 59:
        return None
    return Hours((first * 60 + first_minute) * MINUTE, (last * 60 + last_minute) * MINUTE)


def hours_of_day(text: str) -> str:
    """The span in its normal form; InvalidEntry when it cannot be read."""
    found = read_hours(text)
    if found is None:
        raise InvalidEntry(tr("“{text}” is not a span of hours.", text=text), tr("Type it like 09:00-20:00."))
    return str(found)
