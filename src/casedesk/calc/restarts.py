"""What is said before an act that may restart limitation, by the law that governs it."""

from __future__ import annotations

from casedesk.base.i18n import N_
from casedesk.calc.limitation import EW_RESTARTED, RESTARTED, STATE_LAW, WAIVED, Limitation
from casedesk.calc.said import Said, said


def warning(law: str, what: Said, found: Limitation) -> Said:
    """What a lawyer is told; `law` is "cn", "ew" or "us", `found` where limitation stands."""
    if law == "us":
        return said(N_("{what} may restart limitation under the law of the state, which is not in this program."),
                    STATE_LAW, what=what)
    if law == "ew":
        return _england(what, found)
    if found.ends_on is None:
        return said(N_("{what} restarts limitation; when it runs out now is not known."), RESTARTED, what=what)
    if found.state == "expired":
        return said(N_("{what} may give up the defence: limitation ran out on {day}."), WAIVED, what=what,
                    day=found.ends_on)
    return said(N_("{what} restarts limitation, which would run out on {day}."), RESTARTED, what=what,
                day=found.ends_on)


def _england(what: Said, found: Limitation) -> Said:
    if found.ends_on is None:
        return said(N_("{what} restarts limitation where it is a payment or a signed acknowledgment; when it runs out "
                       "now is not known."), EW_RESTARTED, what=what)
    if found.state == "expired":
        return said(N_("Limitation ran out on {day}. {what} after that does not restart it, but admit nothing before a "
                       "lawyer has looked at it."), EW_RESTARTED, what=what, day=found.ends_on)
    return said(N_("{what} restarts limitation, which would run out on {day}, where it is a payment or a signed "
                   "acknowledgment."), EW_RESTARTED, what=what, day=found.ends_on)
