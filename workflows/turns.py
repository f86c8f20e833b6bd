"""What was left unwritten since the engine was last given a command: never two deliveries in a row.

The SDK takes a workflow task without commands that follows another one, and is followed at once by the next, for a
sign of life, and hands what came in it to the workflow together with the next one's. A worker that takes the case over
just then, or replays it later, may so hear of an action before a letter's delivery that came earlier. So the second
delivery in a row is written at once. It is counted by deliveries, not by workflow tasks: how those are put together is
what may differ from one worker to the next.
"""

from __future__ import annotations


class Turns:
    """Counts the deliveries that were left to be written some day."""

    def __init__(self) -> None:
        self._left = 0

    def given(self) -> None:
        """A command goes to the engine."""
        self._left = 0

    def left(self) -> bool:
        """One more delivery could be left for later; whether one before it was left and nothing given since."""
        self._left += 1
        return self._left > 1
