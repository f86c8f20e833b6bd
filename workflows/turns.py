"""What happened since the engine was last given a command: never may two things in a row lead to nothing.

The SDK takes a workflow task without commands that follows another one, and is followed at once by the next, for a
sign of life, and hands what came in it to the workflow together with the next one's. A worker that takes the case over
just then, or replays it later, may so hear of an action before a letter's delivery that came earlier. So a delivery is
written at once where what came before it led to nothing. What came is counted, not workflow tasks: how those are put
together is what may differ from one worker to the next.
"""

from __future__ import annotations


class Turns:
    """Counts what came in since a command last went out."""

    def __init__(self) -> None:
        self._came = 0

    def given(self) -> None:
        """A command goes to the engine."""
        self._came = 0

    def done(self) -> None:
        """The engine carried out what it was asked for."""
        self._came += 1

    def idle(self) -> bool:
        """A letter was delivered, and that could be written later: whether something before it led to nothing, too."""
        self._came += 1
        return self._came > 1
