"""The console as a web application: Streamlit's own, behind the guard. Started by `ui.launch`, found by its `app`."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route
from streamlit import config

from elder_channel.services.console_access import console_access
from ui.guard import Guard
from ui.page_scripts import allowed_scripts
from ui.session_cookie import PATH, CookieRules, SessionCookie, use_cookie
from ui.warming import warm_up

_state = Path(os.environ.get("ELDER_CHANNEL_STATE", "var"))
_access = console_access(_state, os.environ, port=int(config.get_option("server.port")))
_rules = CookieRules(secure=_access.secure, seconds=_access.session_seconds)
use_cookie(_rules)
warm_up()

app = st.App(
    Path(__file__).with_name("app.py"),
    routes=[Route(PATH, SessionCookie(_rules).answer, methods=["POST"])],
    middleware=[
        Middleware(
            Guard,
            names=_access.names,
            public_url=_access.public_url,
            scripts=allowed_scripts(),
            session_seconds=_access.session_seconds,
        )
    ],
    secrets={"auth": dict(_access.auth)} if _access.auth is not None else None,
)
