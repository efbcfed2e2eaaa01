"""Running one command: language, errors and exit codes."""

from __future__ import annotations

import locale
import os
import sys

from casedesk.base import i18n, reports
from casedesk.base.errors import CasedeskError, InvalidEntry, StoreUnavailable
from casedesk.base.i18n import Language, tr
from casedesk.base.kept_text import is_kept


def run(words: list[str]) -> int:
    """Carry out one command line and return its exit code; an error is one line on stderr."""
    _open_streams()
    i18n.use(spoken())
    try:
        code = _carried_out(words) if words else _window()
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (Exception, KeyboardInterrupt) as problem:
        code, message = _told(problem)
        print(" ".join(message.split()), file=sys.stderr)
    return code


def _carried_out(words: list[str]) -> int:
    from casedesk.cli import parser, verbs

    options = parser.parse(words)
    for word in words:
        if not is_kept(word) and not os.path.lexists(word):
            raise InvalidEntry(tr("“{word}” is no readable text.", word=word), tr("Type it anew, in UTF-8."))
    code: int = getattr(verbs, options.verb)(options)
    return code


def _told(problem: BaseException) -> tuple[int, str]:
    """Exit code and line of what stopped a command."""
    if isinstance(problem, CasedeskError):
        return problem.exit_code, str(problem)
    if isinstance(problem, KeyboardInterrupt):
        return 130, tr("Stopped; nothing half-made was left.")
    if isinstance(problem, OSError):
        reason = ": ".join(str(one) for one in (problem.strerror or problem, problem.filename) if one)
        return StoreUnavailable.exit_code, tr(
            "The system refused: {reason}. Check the disk and the paths given, and try again.", reason=reason)
    return 1, tr("CaseDesk made a mistake ({place}). What was saved before is kept; please report this line.",
                 place=reports.place(problem))


def _window() -> int:
    from casedesk.cli.opened import has_display

    if not has_display():
        raise StoreUnavailable(tr("There is no display here to open the window on."),
                               tr("The commands work without one; see: casedesk --help"))
    from casedesk.ui.app import run

    return run(None)


def spoken() -> Language:
    """The language of messages: CASEDESK_LANG, else the system's, also where that locale is not installed."""
    named = ("CASEDESK_LANG", "LC_ALL", "LC_MESSAGES", "LANG") if os.name == "posix" else ("CASEDESK_LANG",)
    wanted = next(filter(None, map(os.environ.get, named)), None) or locale.getlocale()[0] or ""
    return "zh" if wanted.lower().startswith(("zh", "chinese")) else "en"


def _open_streams() -> None:
    """Streams that write UTF-8; one that is closed leads nowhere, so that no file of the cabinet takes its place."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None and os.name == "posix":
            os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
