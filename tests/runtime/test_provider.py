"""What a provider must prove before anybody is signed in: forged, foreign, old and unsigned tokens prove nothing."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from complaints.errors import Unavailable
from runtime.provider import Begun, NotProved, Provider
from runtime.settings import Settings
from tests.runtime.engine import free_ports
from tests.support.provider import Odd, new_key, odd

SECRET = "the secret of this client, long enough for a key"


@pytest.fixture
def there() -> Iterator[Odd]:
    with odd() as made:
        yield made


def house(there: Odd, tmp_path: Path, **other: Any) -> Provider:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    own: dict[str, Any] = {"oidc_issuer": there.url, "oidc_client_id": "huiyin", "oidc_client_secret_file": file}
    return Provider(Settings.model_validate(own | other | {"data_dir": tmp_path}))


def claims(there: Odd, begun: Begun, **other: Any) -> dict[str, Any]:
    now = int(time.time())
    own = {"iss": there.url, "sub": "s-1", "aud": "huiyin", "exp": now + 300, "iat": now, "nonce": begun.nonce}
    return {name: value for name, value in (own | other).items() if value is not None}


async def proved(provider: Provider, begun: Begun) -> dict[str, Any]:
    identity = await provider.finish("code", begun.nonce, begun.verifier, now=int(time.time()))
    return dict(identity.claims)


async def test_a_token_for_this_sign_in_proves_who_came(there: Odd, tmp_path: Path) -> None:
    provider = house(there, tmp_path)
    begun = await provider.begin()
    there.tells(claims(there, begun, email="person@example.org"))
    assert (await proved(provider, begun))["sub"] == "s-1"
    (asked,) = there.asked
    assert asked["code"] == "code" and asked["authorization"].startswith("Basic ")
    assert f"code_challenge={create_s256_code_challenge(asked['code_verifier'])}&" in begun.url
    assert "code_challenge_method=S256" in begun.url and asked["code_verifier"] not in begun.url


TOMORROW = int(time.time()) + 86_400
"""Later than any run of the tests takes."""

FOREIGN: dict[str, dict[str, Any]] = {
    "of another provider": {"iss": "https://elsewhere.example"},
    "for another client": {"aud": "another"},
    "for another client too": {"aud": ["huiyin", "another"]},
    "given to another client": {"azp": "another"},
    "past its time": {"exp": int(time.time()) - 600},
    "not yet good": {"nbf": TOMORROW},
    "from the future": {"iat": TOMORROW},
    "of another sign-in": {"nonce": "another"},
    "of no sign-in": {"nonce": None},
    "of nobody": {"sub": None},
    "without end": {"exp": None},
    "of another access token": {"at_hash": "another"},
}


@pytest.mark.parametrize("wrong", FOREIGN)
async def test_a_token_proves_nothing_that_is(there: Odd, tmp_path: Path, wrong: str) -> None:
    provider = house(there, tmp_path)
    begun = await provider.begin()
    there.tells(claims(there, begun, **FOREIGN[wrong]))
    with pytest.raises(NotProved):
        await proved(provider, begun)


def coded(given: bytes) -> str:
    return base64.urlsafe_b64encode(given).rstrip(b"=").decode()


def headed(algorithm: str, content: dict[str, Any]) -> str:
    """Header and content of a token, still unsigned."""
    return ".".join(coded(json.dumps(part).encode()) for part in ({"alg": algorithm, "kid": "one"}, content))


async def test_an_unsigned_token_proves_nothing_though_the_provider_allows_it(there: Odd, tmp_path: Path) -> None:
    provider = house(there, tmp_path)
    begun = await provider.begin()
    for token in (headed("none", claims(there, begun)) + ".", "", "x", "a.b.c", "é"):
        there.token = token
        with pytest.raises(NotProved):
            await proved(provider, begun)


async def test_a_token_signed_by_another_key_or_by_the_clients_secret_proves_nothing(
    there: Odd, tmp_path: Path
) -> None:
    provider = house(there, tmp_path)
    begun = await provider.begin()
    there.tells(claims(there, begun), new_key("two"))
    with pytest.raises(NotProved):
        await proved(provider, begun)
    for secret in (SECRET.encode(), there.keys[0].as_pem(private=False)):
        signed = headed("HS256", claims(there, begun))
        there.token = f"{signed}.{coded(hmac.digest(secret, signed.encode(), 'sha256'))}"
        with pytest.raises(NotProved):
            await proved(provider, begun)


async def test_new_keys_of_the_provider_are_taken_up(there: Odd, tmp_path: Path) -> None:
    provider = house(there, tmp_path)
    for name in ("one", "two"):
        begun = await provider.begin()
        there.keys = [new_key(name)]
        there.tells(claims(there, begun))
        assert (await proved(provider, begun))["sub"] == "s-1"


async def test_what_the_provider_says_elsewhere_counts_for_the_same_person_only(there: Odd, tmp_path: Path) -> None:
    provider = house(there, tmp_path)
    for sub, told in (("s-1", "person@example.org"), ("s-2", None)):
        begun = await provider.begin()
        there.tells(claims(there, begun))
        there.more = {"sub": sub, "email": "person@example.org", "iss": "forged"}
        found = await proved(provider, begun)
        assert (found.get("email"), found["iss"]) == (told, there.url)


async def test_a_provider_that_says_to_be_another_one_is_not_asked(there: Odd, tmp_path: Path) -> None:
    there.issuer = "https://elsewhere.example"
    with pytest.raises(Unavailable):
        await house(there, tmp_path).begin()


async def test_a_provider_that_nobody_reaches_is_unavailable_and_not_a_fault(there: Odd, tmp_path: Path) -> None:
    (nobody,) = free_ports(1)
    provider = house(there, tmp_path, oidc_issuer=f"http://127.0.0.1:{nobody}")
    for _ in range(2):
        with pytest.raises(Unavailable):
            await provider.begin()


async def test_a_public_client_sends_its_name_and_no_secret(there: Odd, tmp_path: Path) -> None:
    provider = house(there, tmp_path, oidc_client_secret_file=Path())
    begun = await provider.begin()
    there.tells(claims(there, begun))
    await proved(provider, begun)
    assert there.asked[0]["client_id"] == "huiyin" and not there.asked[0]["authorization"]


def test_a_secret_that_is_not_there_ends_the_start(there: Odd, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        house(there, tmp_path, oidc_client_secret_file=tmp_path / "nothing")


@pytest.mark.parametrize("issuer", ["http://provider.example", "ftp://127.0.0.1", "provider.example"])
def test_a_provider_is_reached_by_tls_only(issuer: str) -> None:
    with pytest.raises(ValueError, match="https"):
        Settings(oidc_issuer=issuer, oidc_client_id="huiyin")
    with pytest.raises(ValueError, match="CLIENT_ID"):
        Settings(oidc_issuer="https://provider.example")
