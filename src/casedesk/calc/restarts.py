"""What is said before an act that may restart limitation, by the law that governs it."""

from __future__ import annotations

from casedesk.base.i18n import N_
from casedesk.calc.limitation import EW_RESTARTED, EW_SIGNED, RESTARTED, STATE_LAW, WAIVED, Limitation
from casedesk.calc.said import Said, said


def warning(law: str, about: str, what: Said, found: Limitation) -> Said:
    """What a lawyer is told before an act; `law` is "cn", "ew" or "us", `found` where limitation stands."""
    if law == "us":
        return said(N_("{what} may restart limitation under the law of the state, which is not in this program."),
                    STATE_LAW, what=what)
    if law == "ew" and found.state == "expired":
        return said(N_("Limitation ran out on {day}. {what} after that does not restart it, but admit nothing before a "
                       "lawyer has looked at it."), EW_RESTARTED, what=what, day=found.ends_on)
    if law == "ew" and about != "payment":
        return _acknowledged(what, found)
    source = EW_RESTARTED if law == "ew" else RESTARTED
    if found.ends_on is None:
        return said(N_("{what} restarts limitation; when it runs out now is not known."), source, what=what)
    if found.state == "expired":
        return said(N_("{what} may give up the defence: limitation ran out on {day}."), WAIVED, what=what,
                    day=found.ends_on)
    return said(N_("{what} restarts limitation, which would run out on {day}."), source, what=what, day=found.ends_on)


def _acknowledged(what: Said, found: Limitation) -> Said:
    if found.ends_on is None:
        return said(N_("{what} restarts limitation once it is in writing and signed; when it runs out now is not "
                       "known."), EW_SIGNED, what=what)
    return said(N_("{what} restarts limitation once it is in writing and signed; it would run out on {day}."),
                EW_SIGNED, what=what, day=found.ends_on)
