"""What is told of an error nobody foresaw: where it happened and on what.

Never a message or a value: those may hold a client's data.
"""

from __future__ import annotations

import sys
import threading
import traceback
from types import TracebackType

from casedesk import __version__


def report(kind: type[BaseException], trace: TracebackType | None, *more: str) -> str:
    """Versions, the kind of error, and the places in the program it came through."""
    import platform  # only now: the window waits for what is loaded before it

    lines = [", ".join((f"CaseDesk {__version__}", *more, f"Python {platform.python_version()}")),
             f"{platform.system()} {platform.release()}", kind.__name__]
    lines += [f"  {frame.filename.rsplit('casedesk', 1)[-1]}:{frame.lineno} {frame.name}"
              for frame in traceback.extract_tb(trace)]
    return "\n".join(lines)


def place(problem: BaseException) -> str:
    """The kind of an error and where in the program it happened, in a few words."""
    frames = [frame for frame in traceback.extract_tb(problem.__traceback__) if "casedesk" in frame.filename]
    last = f" {frames[-1].filename.rsplit('casedesk', 1)[-1]}:{frames[-1].lineno}" if frames else ""
    return f"{type(problem).__name__}{last}, {__version__}"


def install() -> None:
    """From now on what the interpreter prints of an error nobody caught is such a report."""
    sys.excepthook = told
    threading.excepthook = lambda fault: told(fault.exc_type, fault.exc_value, fault.exc_traceback)
    sys.unraisablehook = lambda fault: told(fault.exc_type, fault.exc_value, fault.exc_traceback)


def told(kind: type[BaseException], value: BaseException | None, trace: TracebackType | None) -> None:
    """Write the report to stderr, where there is one."""
    if sys.stderr is not None and not issubclass(kind, SystemExit | KeyboardInterrupt):
        sys.stderr.write(report(kind, trace) + "\n")
