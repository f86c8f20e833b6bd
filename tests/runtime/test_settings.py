from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from runtime.settings import Settings


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("HUIYIN_"):
            monkeypatch.delenv(name)


def test_everything_lies_under_the_data_directory_unless_it_is_said_otherwise(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert settings.keys_dir == tmp_path / "keys"
    assert settings.inbox_dir == tmp_path / "inbox"
    assert settings.database_url.endswith(f"{tmp_path}/huiyin.db")


def test_letters_go_to_the_embedded_inbox_unless_a_mail_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_MAIL_PORT", "11025")
    assert Settings().smtp_url == "smtp://127.0.0.1:11025"
    monkeypatch.setenv("HUIYIN_SMTP_URL", "smtps://mail.example:465")
    assert Settings().smtp_url == "smtps://mail.example:465"


def test_links_begin_with_the_public_address_without_a_trailing_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_PORT", "18080")
    assert Settings().public_url == "http://127.0.0.1:18080"
    monkeypatch.setenv("HUIYIN_PUBLIC_URL", "https://complaints.example/")
    assert Settings().public_url == "https://complaints.example"


def test_an_empty_variable_means_that_it_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_PORT", "")
    assert Settings().port == 8080


def test_settings_never_change_after_the_start() -> None:
    with pytest.raises(ValidationError):
        Settings().__setattr__("port", 1)


def test_a_child_process_sees_the_same_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, port=18080, language="en", public_url="https://complaints.example")
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings
