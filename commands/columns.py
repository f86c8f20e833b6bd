"""Columns of text for a terminal: as wide as what they hold, one of them wrapped where the line would be too long.

A hundred times as fast as a general table: hundreds of timelines are printed at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

GAP = "  "
LEAST = 24
"""A wrapped column is never narrower: then the line is too long for the terminal, which wraps it."""

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}


def lay_out(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    styles: Sequence[str],
    *,
    flexible: int,
    colour: bool,
    width: int,
) -> Iterator[str]:
    """The lines of a table with `head` above its rows; `flexible` is the place of the column that is wrapped.

    `styles` gives each row's own, as words such as `bold red`; they are left out without `colour`.
    """
    widths = [max(map(_cells, column)) for column in zip(head, *rows, strict=True)]
    rest = sum(widths) - widths[flexible] + len(GAP) * (len(widths) - 1)
    widths[flexible] = min(widths[flexible], max(width - rest, LEAST))
    for row, style in ((head, "dim"), *zip(rows, styles, strict=True)):
        first, *more = _wrapped(row[flexible], widths[flexible])
        yield _styled(_line([*row[:flexible], first, *row[flexible + 1 :]], widths), style, colour)
        for further in more:
            blank = [""] * len(row)
            blank[flexible] = further
            yield _styled(_line(blank, widths), style, colour)


def _cells(text: str) -> int:
    """How many columns a text takes: two for each Chinese character."""
    return len(text) if text.isascii() else cell_len(text)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return GAP.join(cell + " " * (wide - _cells(cell)) for cell, wide in zip(row, widths, strict=True)).rstrip()


def _wrapped(text: str, width: int) -> list[str]:
    if _cells(text) <= width:
        return [text]
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if _cells(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    return [line for line in lines if line]


def _styled(line: str, style: str, colour: bool) -> str:
    if not colour or not style:
        return line
    codes = ";".join(_STYLES[word] for word in style.split())
    return f"\x1b[{codes}m{line}\x1b[0m"
