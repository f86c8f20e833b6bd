"""Modules stay small: half of them under 80 lines, nine in ten under 250, none over 400."""

from __future__ import annotations

from statistics import median, quantiles

from tests.guards.sources import HOUSE, all_files, own_files

MOST_LINES = 400


def lines() -> list[int]:
    return [len(path.read_text(encoding="utf-8").splitlines()) for path in own_files()]


def test_no_module_is_longer_than_400_lines() -> None:
    long = {
        str(path.relative_to(HOUSE)): count
        for path in all_files()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_most_modules_are_small() -> None:
    counts = lines()
    assert median(counts) <= 120
    assert quantiles(counts, n=10)[-1] <= 250
