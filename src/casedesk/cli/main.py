"""Running one command: language, errors and exit codes."""

from __future__ import annotations

import locale
import os
import sys

from casedesk.base import i18n
from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import Language, tr


def run(words: list[str]) -> int:
    """Carry out one command line and return its exit code; a known error is one line on stderr."""
    _speak_utf8()
    i18n.use(spoken())
    if not words:
        from casedesk.ui.app import run as open_window

        return open_window(None)
    from casedesk.cli import parser, verbs

    options = parser.build().parse_args(words)
    try:
        code: int = getattr(verbs, options.verb)(options)
        sys.stdout.flush()
    except CasedeskError as problem:
        print(" ".join(str(problem).split()), file=sys.stderr)
        return problem.exit_code
    except BrokenPipeError:  # the reader of our output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(tr("Stopped; nothing half-made was left."), file=sys.stderr)
        return 130
    return code


def spoken() -> Language:
    """The language of messages: CASEDESK_LANG, else the system's."""
    wanted = os.environ.get("CASEDESK_LANG") or locale.getlocale()[0] or ""
    return "zh" if wanted.lower().startswith(("zh", "chinese")) else "en"


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
