"""`huiyin keys`, as the one who runs the system uses it."""

from __future__ import annotations

import json
from pathlib import Path

from runtime.keys import PURPOSES, keyring
from tests.runtime.system import System


def test_a_key_is_made_ready_put_in_use_and_the_old_one_taken_away(tmp_path: Path) -> None:
    system = System(tmp_path / "data")

    def ran(*arguments: str, good: bool = True) -> str:
        done = system.run("keys", *arguments)
        assert (done.returncode == 0) is good, done.stderr
        return done.stdout if good else done.stderr

    before = json.loads(ran("list", "--json"))
    assert before.keys() == set(PURPOSES)
    (old,) = before["payloads"]
    made = ran("rotate", "payloads", "--prepare").split(":")[0]
    assert f"{old} in use; opens too: {made}" in ran("list")
    assert made in ran("use", "payloads", made)
    assert "in use" in ran("retire", "payloads", made, "--yes", good=False)
    assert "--yes" in ran("retire", "payloads", old, good=False)
    assert "Left for payloads" in ran("retire", "payloads", old, "--yes")
    ran("rotate", "tokens")
    after = json.loads(ran("list", "--json"))
    assert (after["payloads"], after["tokens"][1:], after["links"]) == ([made], before["tokens"], before["links"])
    shown = ran("list")
    for purpose in PURPOSES:
        for line in (system.data_dir / "keys" / f"{purpose}.keys").read_text(encoding="ascii").split():
            assert line.split(":")[1] not in shown
    assert keyring(system.data_dir / "keys", "payloads").current.id == made
