"""The settings of one process: read from the environment once, at an entry point, and handed down."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

HOUSE = Path(__file__).resolve().parent.parent

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")

OPTIONS = {
    "port": "--port",
    "temporal_port": "--temporal-port",
    "ui_port": "--ui-port",
    "mail_port": "--mail-port",
    "data_dir": "--data-dir",
}
"""The settings that are also options of `huiyin up`."""


class Settings(BaseSettings):
    """Everything that may differ between two installations; `HUIYIN_<NAME>` sets a field, defaults suit one machine.

    Temporal's own `TEMPORAL_*` (address, namespace, TLS, API key) are read beside these when connecting.
    """

    model_config = SettingsConfigDict(env_prefix="HUIYIN_", frozen=True, extra="ignore")

    data_dir: Path = Path(".data")
    proxies: str = "127.0.0.1"
    """Addresses or networks, comma-separated, whose `X-Forwarded-For` and `-Proto` are believed."""

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=1, le=65535)
    temporal_port: int = Field(7233, ge=1, le=65535)
    ui_port: int = Field(8233, ge=1, le=65535)
    mail_port: int = Field(1025, ge=1, le=65535)
    public_url: str = ""
    """What people type into the browser; links in letters begin with it."""

    probe_url: str = ""
    """Where the workers try every minute whether the pages can be used; the public address when unset."""

    database_url: str = ""
    smtp_url: str = ""
    """`smtp://user:password@host:port?starttls=1` or `smtps://…`; the embedded inbox when unset."""

    mail_from: str = "Huiyin <huiyin@localhost>"
    sms_url: str = ""
    chat_url: str = ""
    procedures_dir: Path = HOUSE / "procedures"
    keys_dir: Path = Path()
    task_queue: str = "huiyin"
    deployment: str = ""
    """The name of the workers' deployment, where builds are rolled out one after another; none when unset."""

    build_id: str = ""
    """What the engine calls this build of the workers; made of version and code when unset."""

    temporal_ui_url: str = ""
    """Where the Temporal UI answers for this process (without path); the one-machine server's when unset."""

    worker_metrics: str = ""
    """`host:port` on which the worker answers Prometheus; none when unset."""

    oidc_issuer: str = ""
    """The OpenID Connect provider by which people may sign in besides; none when unset."""

    oidc_client_id: str = ""
    oidc_client_secret_file: Path = Path()
    """A file that holds the secret alone; a public client has none."""

    oidc_claim: str = "email"
    """What names the account of somebody who is not linked by subject: a verified `email`, or another claim."""

    retain_daily: bool = False
    """Whether workers erase once a day what is past its time: off as delivered, for nothing brings it back."""

    language: Literal["zh-CN", "en"] = "zh-CN"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="before")
    @classmethod
    def _unset(cls, given: dict[str, Any]) -> dict[str, Any]:
        # `HUIYIN_PORT=` in an environment file means: not set.
        return {name: value for name, value in given.items() if value != ""}

    @model_validator(mode="after")
    def _provider_is_whole(self) -> Settings:
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("HUIYIN_OIDC_ISSUER is set without HUIYIN_OIDC_CLIENT_ID.")
        if self.oidc_issuer and not safe_address(self.oidc_issuer):
            raise ValueError("HUIYIN_OIDC_ISSUER must begin with https:// (http:// on this machine only).")
        return self

    @model_validator(mode="after")
    def _derive(self) -> Settings:
        data_dir = self.data_dir.expanduser().absolute()
        derived: dict[str, Any] = {"data_dir": data_dir}
        if self.keys_dir == Path():
            derived["keys_dir"] = data_dir / "keys"
        if not self.database_url:
            derived["database_url"] = f"sqlite+aiosqlite:///{data_dir / 'huiyin.db'}"
        if not self.smtp_url:
            derived["smtp_url"] = f"smtp://127.0.0.1:{self.mail_port}"
        if not self.public_url:
            derived["public_url"] = f"http://127.0.0.1:{self.port}"
        if not self.temporal_ui_url:
            derived["temporal_ui_url"] = f"http://127.0.0.1:{self.ui_port}"
        derived["public_url"] = str(derived.get("public_url", self.public_url)).rstrip("/")
        derived["probe_url"] = (self.probe_url or derived["public_url"]).rstrip("/")
        self.__dict__.update(derived)
        return self

    @property
    def inbox_dir(self) -> Path:
        """Where the embedded inbox keeps its letters."""
        return self.data_dir / "inbox"

    @property
    def attachments_dir(self) -> Path:
        """Where the files of cases lie."""
        return self.data_dir / "attachments"

    @property
    def temporal_address(self) -> str:
        """The one-machine server's address; `TEMPORAL_ADDRESS` goes before it."""
        return f"127.0.0.1:{self.temporal_port}"

    def environment(self) -> dict[str, str]:
        """These settings as environment variables, for a child process that must see the same."""
        return {f"HUIYIN_{name.upper()}": str(value) for name, value in self}


def safe_address(url: str) -> bool:
    """Whether what goes there is read by nobody on the way: TLS, or this machine itself."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_MACHINE)
