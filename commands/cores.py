"""Work spread over all cores of the machine, its results in the order of the work."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def spread(work: Callable[[T], R], parts: Sequence[T]) -> Iterator[R]:
    """`work` done for each part, a part at a time on each core; in this process where it cannot be shared out.

    `work` must be found by its module and name, and must give back what can be pickled.
    """
    cores = min(_cores(), len(parts))
    if cores < 2 or not _may_fork():
        yield from map(work, parts)
        return
    with multiprocessing.get_context("fork").Pool(cores, _leave_interrupts_alone) as pool:
        for packed in pool.imap(partial(_packed, work), parts):
            yield pickle.loads(packed)


def _packed(work: Callable[[T], R], part: T) -> bytes:
    """What was done for a part, unpacked by the caller: the pool itself hangs on what cannot be unpacked."""
    return pickle.dumps(work(part))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _may_fork() -> bool:
    """Only a process without threads can be copied safely, and what is loaded already need not be loaded again."""
    return sys.platform == "linux" and threading.active_count() == 1


def _leave_interrupts_alone() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears of it, and ends us
