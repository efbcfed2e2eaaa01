"""The one entry: `casedesk` opens the window, `casedesk VERB ...` works without a display."""

from __future__ import annotations

import multiprocessing
import sys


def main(words: list[str] | None = None) -> int:
    """Run CaseDesk and return the exit code."""
    from casedesk.base import memory, reports, scratch
    from casedesk.cli.main import run

    if words is None:
        memory.keep_private()
        reports.install()
        scratch.sweep()
    return run(sys.argv[1:] if words is None else words)


if __name__ == "__main__":
    multiprocessing.freeze_support()  # the packed program judges in processes of its own, which begin here
    raise SystemExit(main())
