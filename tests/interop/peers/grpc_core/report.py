"""One JSON object a line on stdout."""

import json
import threading
import time
from typing import Callable

_started = time.monotonic()
_lock = threading.Lock()
_before_report: Callable[[], None] = lambda: None


def before_report(action: Callable[[], None]) -> None:
    """Sets what must be emitted before the next report, to keep causes ahead of effects."""
    global _before_report
    _before_report = action


def report(kind: str, **fields) -> None:
    """Reports what happens now."""
    _before_report()
    emit(kind, 0, fields)


def emit(kind: str, age: float, fields: dict) -> None:
    """Prints what happened `age` milliseconds ago."""
    at = round((time.monotonic() - _started) * 1000 - age, 3)
    line = json.dumps({"type": kind, "at": at, **fields})
    with _lock:
        print(line, flush=True)


def report_unsupported(flag: str, why: str) -> None:
    report("unsupported", flag=flag, why=why)
