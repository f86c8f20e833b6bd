"""Numbers are unique across procedures: no two patterns can give the same number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from complaints.check.fault import Fault
from complaints.procedure.model import Procedure

_DIGITS = {"Y": 4, "j": 3}
_CODE = re.compile(r"%([A-Za-z])|\{serial(?::0?(\d+))?[a-z]?\}|(\d+)")
_ENDLESS = 1_000
_TELLS = {
    "daily": (("Y", "y"), ("m", "b", "j"), ("d", "j")),
    "monthly": (("Y", "y"), ("m", "b")),
    "yearly": (("Y", "y"),),
}
"""What a pattern must show when its serial starts again that often, so that no number comes twice."""


def repeats(procedure: Procedure) -> Iterator[Fault]:
    """A fault when the procedure's own numbers would come twice."""
    pattern, restart = procedure.numbering.pattern, procedure.numbering.restart
    shown = {found[1] for found in _CODE.finditer(pattern)}
    for codes in _TELLS.get(restart, ()):
        if not shown.intersection(codes):
            what = f"the serial starts again {restart}, but {pattern} does not show it: numbers would come twice."
            mend = f"Put %{codes[0]} into the pattern, or let the serial start again less often."
            yield Fault("number_twice", ("numbering", "pattern"), what, mend)


def collisions(procedures: Sequence[Procedure]) -> Iterator[tuple[int, Fault]]:
    """A fault for each later procedure whose numbers may be those of an earlier one; with its place in the list."""
    for later, procedure in enumerate(procedures):
        for earlier in procedures[:later]:
            if earlier.id == procedure.id:
                yield later, Fault("same_id", ("id",), f"another procedure has the id {procedure.id!r} too.")
            elif _alike(_shape(earlier.numbering.pattern), _shape(procedure.numbering.pattern)):
                what = f"may give the same numbers as {earlier.id} ({earlier.numbering.pattern})."
                yield later, Fault("same_numbers", ("numbering", "pattern"), what, "Put letters of its own before it.")


Shape = list[str | tuple[int, int]]


def _shape(pattern: str) -> Shape:
    """A pattern as words and runs of digits (fewest and most digits), in turn."""
    out: Shape = []
    at = 0
    for found in _CODE.finditer(pattern):
        _add_word(out, pattern[at : found.start()])
        code, width, digits = found.groups()
        if code:
            _add_run(out, _DIGITS.get(code, 2), _DIGITS.get(code, 2))
        elif digits:
            _add_run(out, len(digits), len(digits))
        else:
            _add_run(out, int(width or 1), _ENDLESS)
        at = found.end()
    _add_word(out, pattern[at:])
    return out


def _add_word(out: Shape, word: str) -> None:
    if word:
        out.append(word)


def _add_run(out: Shape, least: int, most: int) -> None:
    last = out[-1] if out else ""
    if isinstance(last, tuple):
        out[-1] = (last[0] + least, last[1] + most)
    else:
        out.append((least, most))


def _alike(one: Shape, other: Shape) -> bool:
    if len(one) != len(other):
        return False
    for a, b in zip(one, other, strict=True):
        if isinstance(a, tuple) and isinstance(b, tuple):
            if a[0] > b[1] or b[0] > a[1]:
                return False
        elif a != b:
            return False
    return True
