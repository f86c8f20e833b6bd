"""`huiyin bench --part pages` on a few cases: it fills, serves and measures every main page."""

from __future__ import annotations

import json
from pathlib import Path

from tests.runtime.system import System


def test_the_pages_are_measured_on_filled_records(tmp_path: Path) -> None:
    ran = System(tmp_path / "data", patience=300).run("bench", "--part", "pages", "--kept", "200", "--json")
    found = json.loads(ran.stdout)
    assert set(found) == {"pages", "weight"}, ran.stderr
    each = found["pages"]["each"]
    assert {"worklist", "case", "figures", "tracking", "waiting", "form", "public figures"} <= set(each)
    assert all(0 < page["p50"] <= page["p95"] and page["bytes"] > 1000 for page in each.values())
    assert found["weight"]["met"], "a page's weight is counted, not timed"
