"""`huiyin erase` and `huiyin retain` on a real data directory."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from records import Records
from tests.records.test_retention import closed
from tests.runtime.system import System
from tests.support.small_case import accepted, rules_texts


async def three(url: str) -> list[str]:
    """An open case, a closed one and one whose time is over at once; their numbers."""
    records = Records(url)
    try:
        cases = [
            await accepted(records),
            await closed(records),
            await closed(
                records, "2026-11-20T10:00", when="2026-11-20T09:00", texts=rules_texts(retention={"years": 0})
            ),
        ]
        return [case.accepted.number for case in cases]
    finally:
        await records.close()


def test_a_dry_run_lists_what_would_go_and_the_other_lets_it_go(tmp_path: Path) -> None:
    system = System(tmp_path / "data")
    assert system.run("retain").returncode == 2, "there are no records yet"
    assert system.run("migrate").returncode == 0
    is_open, is_closed, is_past = asyncio.run(three(f"sqlite:///{system.data_dir / 'huiyin.db'}"))

    for _ in range(2):
        would = json.loads(system.run("retain", "--dry-run", "--json").stdout)
        assert (would["dry_run"], [case["number"] for case in would["cases"]]) == (True, [is_past])
    assert "1 cases were erased." in system.run("retain").stdout
    assert json.loads(system.run("retain", "--json").stdout)["cases"] == []

    refused = system.run("erase", is_open, "--yes")
    assert refused.returncode == 2 and is_open in refused.stderr
    assert system.run("erase", is_closed).returncode == 1, "nobody agreed"
    done = system.run("erase", is_closed, "--yes")
    assert done.returncode == 0 and "texts: 2" in done.stdout
    assert "texts: 0" in system.run("erase", is_closed, "--yes").stdout
    assert system.run("erase", "no-such-number", "--yes").returncode == 2
    assert system.run("verify").returncode == 0
