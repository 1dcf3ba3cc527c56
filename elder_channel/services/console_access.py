"""What the console's web server must know before the first page: its address, its cookies, its identity provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from config.loader import load
from elder_channel.secrets import load_secrets, oidc_client_secret
from elder_channel.services.errors import SignOnSettingsError
from elder_channel.staff.settings import SingleSignOnSettings
from elder_channel.state import site_folder

CALLBACK_PATH: Final = "/oauth2callback"
"""Where the provider sends people back to; Streamlit answers there."""


@dataclass(frozen=True)
class ConsoleAccess:
    """How the console is reached."""

    public_url: str
    """Without a slash at the end."""
    names: tuple[str, ...]
    """Names by which browsers may ask for it, in small letters; `*.` stands for every name below one."""
    session_seconds: int
    """How long a sign-in may last."""
    auth: Mapping[str, Any] | None = field(default=None, repr=False)
    """Streamlit's section `auth`; None without a provider. It holds secrets and is written nowhere."""

    @property
    def secure(self) -> bool:
        """Whether staff come by https, so that cookies are bound to it."""
        return self.public_url.startswith("https://")


def console_access(state: Path, env: Mapping[str, str], *, port: int) -> ConsoleAccess:
    """The access by the settings, of a console that listens on `port`.

    Raises `ConfigError`, and `SignOnSettingsError` when there is a provider and no secret for it.
    """
    settings = load(site=site_folder(env), env=env)  # not by way of the wiring, which takes seconds to import
    console = settings.console
    public_url = console.public_url.rstrip("/") or f"http://{_browsable(settings.server.host)}:{port}"
    names = {urlsplit(public_url).hostname or "", settings.server.host, "localhost", *console.allowed_hosts}
    return ConsoleAccess(
        public_url=public_url,
        names=tuple(sorted(name.lower().rstrip(".") for name in names if name)),
        session_seconds=console.longest_hours * 3600,
        auth=_auth(settings.single_sign_on, public_url, state, env),
    )


def _auth(sign_on: SingleSignOnSettings, public_url: str, state: Path, env: Mapping[str, str]) -> dict[str, Any] | None:
    if not sign_on.configured:
        return None
    secret = oidc_client_secret(state, env)
    if secret is None:
        raise SignOnSettingsError(
            "single_sign_on.metadata_url is set, but there is no client secret: give it as "
            "ELDER_CHANNEL_OIDC_CLIENT_SECRET in the environment or in secrets.env of the state folder, or name a file "
            "that holds it in ELDER_CHANNEL_OIDC_CLIENT_SECRET_FILE"
        )
    return {
        "redirect_uri": public_url + CALLBACK_PATH,
        "cookie_secret": load_secrets(state, env).cookie_secret.get_secret_value(),
        "client_id": sign_on.client_id,
        "client_secret": secret.get_secret_value(),
        "server_metadata_url": sign_on.metadata_url,
        "client_kwargs": {"scope": sign_on.scope},
        "expose_tokens": ["access"],  # to ask the provider again whether the person may
    }


def _browsable(host: str) -> str:
    """An address a browser can open: that of every interface is none."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
    return f"[{shown}]" if ":" in shown and not shown.startswith("[") else shown
