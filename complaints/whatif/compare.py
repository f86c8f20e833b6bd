"""The same cases under the present file and under the changed one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from complaints.whatif.past import Past
from complaints.whatif.rerun import House, rerun
from complaints.whatif.tally import Tally


@dataclass(slots=True)
class Comparison:
    """The counts under the present procedure and under the changed one."""

    present: Tally = field(default_factory=Tally)
    changed: Tally = field(default_factory=Tally)

    def add(self, other: Comparison) -> None:
        """Takes the counts of further cases in."""
        self.present.add(other.present)
        self.changed.add(other.changed)


def compare(present: House, changed: House, pasts: Sequence[tuple[int, Past]]) -> Comparison:
    """Every case, given with the year in which it came in, told again under either."""
    found = Comparison()
    for year, past in pasts:
        found.present.add(rerun(present, past, year))
        found.changed.add(rerun(changed, past, year))
    return found
