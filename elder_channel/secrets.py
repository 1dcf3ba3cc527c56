"""The line's secrets: from the environment, else made once and kept in the state folder for its owner only."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from pydantic import SecretStr

FILE = "secrets.env"
OIDC_SECRET = "ELDER_CHANNEL_OIDC_CLIENT_SECRET"  # noqa: S105 - its name


@dataclass(frozen=True)
class Secrets:
    """What must not be known."""

    account_sid: str
    """Names the account at the carrier; not secret itself, but kept with its token."""
    auth_token: SecretStr
    stream_secret: SecretStr
    link_secret: SecretStr
    recognizer_token: SecretStr
    simulator_token: SecretStr
    cookie_secret: SecretStr
    metrics_token: SecretStr
    pseudonym_key: SecretStr
    """Makes speakers' pseudonyms from customers; without it nobody can tell who a pseudonym is."""
    receipt_secret: SecretStr
    """Proves that a reference in a receipt of a text is one we gave."""
    domestic_text_key: SecretStr
    """The domestic provider's key for texts: theirs, so it has to be given."""


_MAKERS: dict[str, Callable[[], str]] = {
    "TWILIO_ACCOUNT_SID": lambda: "AC" + secrets.token_hex(16),
    "TWILIO_AUTH_TOKEN": lambda: secrets.token_hex(16),
    "ELDER_CHANNEL_STREAM_SECRET": lambda: secrets.token_urlsafe(32),
    "ELDER_CHANNEL_LINK_SECRET": lambda: secrets.token_urlsafe(32),
    "ELDER_CHANNEL_RECOGNIZER_TOKEN": lambda: secrets.token_urlsafe(24),
    "ELDER_CHANNEL_SIMULATOR_TOKEN": lambda: secrets.token_urlsafe(24),
    "ELDER_CHANNEL_COOKIE_SECRET": lambda: secrets.token_urlsafe(32),
    "ELDER_CHANNEL_METRICS_TOKEN": lambda: secrets.token_urlsafe(24),
    "ELDER_CHANNEL_PSEUDONYM_KEY": lambda: secrets.token_urlsafe(32),
    "ELDER_CHANNEL_RECEIPT_SECRET": lambda: secrets.token_urlsafe(32),
    "ELDER_CHANNEL_DOMESTIC_TEXT_KEY": lambda: secrets.token_urlsafe(32),
}


def load_secrets(state: Path, env: Mapping[str, str]) -> Secrets:
    """The secrets; what neither the environment nor `secrets.env` gives is made and written there, mode 0600."""
    state.mkdir(parents=True, exist_ok=True)
    file = state / FILE
    with FileLock(state / f".{FILE}.lock"):
        kept = _read(file)
        # An empty value is no secret: anybody could sign with it.
        made = {name: make() for name, make in _MAKERS.items() if not env.get(name) and not kept.get(name)}
        if made:
            kept |= made
            _write(file, kept)
    values = {name: env.get(name) or kept[name] for name in _MAKERS}
    return Secrets(
        account_sid=values["TWILIO_ACCOUNT_SID"],
        auth_token=SecretStr(values["TWILIO_AUTH_TOKEN"]),
        stream_secret=SecretStr(values["ELDER_CHANNEL_STREAM_SECRET"]),
        link_secret=SecretStr(values["ELDER_CHANNEL_LINK_SECRET"]),
        recognizer_token=SecretStr(values["ELDER_CHANNEL_RECOGNIZER_TOKEN"]),
        simulator_token=SecretStr(values["ELDER_CHANNEL_SIMULATOR_TOKEN"]),
        cookie_secret=SecretStr(values["ELDER_CHANNEL_COOKIE_SECRET"]),
        metrics_token=SecretStr(values["ELDER_CHANNEL_METRICS_TOKEN"]),
        pseudonym_key=SecretStr(values["ELDER_CHANNEL_PSEUDONYM_KEY"]),
        receipt_secret=SecretStr(values["ELDER_CHANNEL_RECEIPT_SECRET"]),
        domestic_text_key=SecretStr(values["ELDER_CHANNEL_DOMESTIC_TEXT_KEY"]),
    )


def oidc_client_secret(state: Path, env: Mapping[str, str]) -> SecretStr | None:
    """The secret the identity provider gave this console: theirs, so it is never made.

    From the environment, else the file the environment names, else `secrets.env`; None when none of them has it.
    """
    given = env.get(OIDC_SECRET)
    if not given and (named := env.get(f"{OIDC_SECRET}_FILE")):
        given = Path(named).read_text(encoding="utf-8").strip()
    given = given or _read(state / FILE).get(OIDC_SECRET)
    return SecretStr(given) if given else None


def secret_names() -> tuple[str, ...]:
    """The names by which the environment, or else `secrets.env`, gives them."""
    return tuple(_MAKERS)


def _read(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    pairs = (line.partition("=") for line in file.read_text(encoding="utf-8").splitlines())
    return {name.strip(): value.strip() for name, sign, value in pairs if sign and not name.startswith("#")}


def _write(file: Path, values: Mapping[str, str]) -> None:
    temporary = file.with_suffix(".new")
    temporary.unlink(missing_ok=True)  # one left by a crash would keep its own mode
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write("# Made at the first start. Keep it to yourself; the environment wins over it.\n")
        out.writelines(f"{name}={value}\n" for name, value in values.items())
    temporary.replace(file)
