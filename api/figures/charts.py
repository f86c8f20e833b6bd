"""The geometry of pictures: bars and lines in their own small units, drawn by the templates as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, EDGE = 240, 48, 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line of shares over weeks: its pieces as SVG points (gaps where nothing was), and its dots."""

    pieces: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]


def line(shares: Sequence[float | None]) -> Line:
    """Shares from 0 to 1 from left to right; None leaves a gap."""
    step = (WIDTH - 2 * EDGE) / max(1, len(shares) - 1)
    pieces: list[list[str]] = [[]]
    dots = []
    for place, share in enumerate(shares):
        if share is None:
            pieces.append([])
            continue
        x, y = round(EDGE + place * step, 1), round(EDGE + (1 - share) * (HEIGHT - 2 * EDGE), 1)
        pieces[-1].append(f"{x},{y}")
        dots.append((x, y))
    return Line(tuple(" ".join(piece) for piece in pieces if len(piece) > 1), tuple(dots))


def widths(values: Sequence[int]) -> list[float]:
    """Each value's share of the largest, in hundredths."""
    most = max(values, default=0)
    return [round(100 * value / most, 1) if most else 0.0 for value in values]


def percent(part: int, whole: int) -> int | None:
    """A whole percentage; all only where it is all, none only where it is none; None of nothing."""
    if not whole:
        return None
    if part in (0, whole):
        return 100 * part // whole
    return min(99, max(1, round(100 * part / whole)))
