"""Number and tracking code open a case; whoever tries too many wrong ones must wait."""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import Request

from complaints.errors import NotFound, TooMany
from records.values import CaseRecord

if TYPE_CHECKING:
    from api.context import House

WRONG = 10
WITHIN = 600.0
"""So many wrong tries within so many seconds are borne from one address."""

FILINGS = 30
"""So many complaints within `WITHIN` seconds are taken from one address without sign-in."""

_ADDRESSES = 10_000
_THIS_MACHINE = ("127.0.0.1", "::1")


class Guesses:
    """Counts tries by address, in this process's memory only; old ones are forgotten."""

    def __init__(self, most: int = WRONG, within: float = WITHIN, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._within, self._clock = most, within, clock
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()

    def check(self, address: str) -> None:
        """TooMany when this address must wait."""
        if not self.free(address):
            tries = self._recent(address)
            raise TooMany("Too many tries; please wait.", math.ceil(self._within - (self._clock() - tries[0])))

    def free(self, address: str) -> bool:
        """Whether this address need not wait."""
        return len(self._recent(address)) < self._most

    def count(self, address: str) -> None:
        """One more try of this address."""
        tries = self._recent(address)
        tries.append(self._clock())
        self._tries[address] = tries
        self._tries.move_to_end(address)
        while len(self._tries) > _ADDRESSES:
            self._tries.popitem(last=False)

    def _recent(self, address: str) -> deque[float]:
        tries = self._tries.get(address, deque())
        while tries and self._clock() - tries[0] > self._within:
            tries.popleft()
        return tries


def address_of(request: Request) -> str:
    """Where a request comes from, as the server sees it."""
    return request.client.host if request.client is not None else ""


def may_file(the: House, request: Request) -> None:
    """One more complaint of this address without sign-in; TooMany beyond `FILINGS`. This machine itself is spared."""
    address = address_of(request)
    if address not in _THIS_MACHINE:
        the.filings.check(address)
        the.filings.count(address)


async def by_code(the: House, request: Request, number: str, code: str) -> CaseRecord:
    """The case that number and code open; the same NotFound whichever is wrong, TooMany after too many wrong ones."""
    address = address_of(request)
    the.guesses.check(address)
    try:
        return await the.records.by_tracking(number, code)
    except NotFound:
        the.guesses.count(address)
        raise
