"""Call one function in this process and say how long it took and how much memory the process held at most."""

from __future__ import annotations

import importlib
import inspect
import json
import sys
import time
from pathlib import Path


def peak_mb() -> float:
    """The most memory this process has held, in MB of 1,000,000 bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6
    import resource  # other systems: macOS counts in bytes

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6


def main() -> None:
    """`target arguments...`; the last line printed is the result as JSON.

    Of a target that yields once, only what comes after that is timed: before it, it makes what it needs.
    """
    module, _, name = sys.argv[1].partition(":")
    do = getattr(importlib.import_module(module), name)
    made = do(*sys.argv[2:]) if inspect.isgeneratorfunction(do) else None
    if made is not None:
        next(made)
    start, worked = time.perf_counter(), time.process_time()
    if made is not None:
        next(made, None)
    else:
        do(*sys.argv[2:])
    taken = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - worked, "peak_mb": peak_mb()}
    sys.stdout.write(f"\n{json.dumps(taken)}\n")


if __name__ == "__main__":
    main()
