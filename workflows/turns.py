"""Whether the engine's last turn with a case led to nothing: two such turns in a row are not told apart afterwards.

The SDK takes a workflow task without commands that follows another one, and is followed at once by the next, for a
sign of life, and hands what came in it to the workflow together with the next one's. It does so only while that next
one's update is not yet in the history: in a worker that takes the case over just then. The update is then handled
before a letter's delivery that came earlier, and another worker later replays the two the other way round. So what
would be written some day is written now, where a second turn would lead to nothing.
"""

from __future__ import annotations

from temporalio import workflow


class Turns:
    """Counts nothing but the last two turns, told apart by the length of the history that each saw."""

    def __init__(self) -> None:
        self._length = 0
        self._gave = self._gave_before = True

    def begun(self) -> None:
        """Something happens in the present turn."""
        length = workflow.info().get_current_history_length()
        if length != self._length:
            self._length, self._gave_before, self._gave = length, self._gave, False

    def given(self) -> None:
        """A command goes to the engine in the present turn."""
        self.begun()
        self._gave = True

    def idle(self) -> bool:
        """Whether the turn before led to nothing, and the present one has not led to anything yet."""
        self.begun()
        return not (self._gave or self._gave_before)
