"""Lists as spreadsheets that can be sorted, summed and printed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

_WIDEST = 40
_NARROWEST = 8


def spreadsheet(name: str, heading: str, labels: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """One sheet with a heading and a frozen, repeated row of labels; text is text, whatever it begins with."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet(_tab(name))
        plain = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        bold = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#E8ECF2"}
        )
        sheet.write_string(0, 0, heading, book.add_format({"bold": True, "font_size": 14}))
        for place, label in enumerate(labels):
            sheet.write_string(1, place, label, bold)
            longest = max((_wide(str(row[place])) for row in rows[:500]), default=0)
            sheet.set_column(place, place, max(_NARROWEST, min(_WIDEST, max(longest, _wide(label)) + 2)))
        for line, row in enumerate(rows, 2):
            for place, value in enumerate(row):
                # Written as text even where it looks like a formula: a complainant's words must never run.
                if isinstance(value, int | float):
                    sheet.write_number(line, place, value, plain)
                else:
                    sheet.write_string(line, place, str(value), plain)
        sheet.freeze_panes(2, 1)
        sheet.autofilter(1, 0, 1 + len(rows), max(len(labels) - 1, 0))
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.set_footer("&C&P / &N")
    return made.getvalue()


def _tab(name: str) -> str:
    return "".join(" " if char in "[]:*?/\\'" else char for char in name)[:31].strip() or "Sheet1"


def _wide(text: str) -> int:
    return sum(1 if char.isascii() else 2 for char in text)
