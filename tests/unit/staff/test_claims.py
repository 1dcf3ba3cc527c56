"""What a provider says of a person, and who that is at the console."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from elder_channel.staff.claims import Person, meant_for, read_person, role_of, sign_in_token
from elder_channel.staff.model import Role
from elder_channel.staff.settings import ConsoleSettings, SingleSignOnSettings

URL = "https://id.example.com/.well-known/openid-configuration"
ROLES = {"line-admins": "administrator", "line-editors": "editor", "line-staff": "viewer"}
CLAIMS = {"iss": "https://id.example.com", "sub": "u-1", "preferred_username": "chen.jing", "groups": ["line-staff"]}


def settings(**changes: Any) -> SingleSignOnSettings:
    """A provider whose groups have roles."""
    values = {"metadata_url": URL, "client_id": "console", "roles": ROLES}
    return SingleSignOnSettings(**(values | changes))


def test_a_person_is_who_the_provider_says_for_good() -> None:
    """By issuer and subject; the name is only what the person is called."""
    assert read_person(CLAIMS, settings()) == Person("https://id.example.com|u-1", "chen.jing", Role.VIEWER, None)


@pytest.mark.parametrize("missing", ["iss", "sub", "preferred_username"])
def test_claims_that_name_nobody_are_nobody(missing: str) -> None:
    """Nothing is guessed."""
    assert read_person({key: value for key, value in CLAIMS.items() if key != missing}, settings()) is None


@pytest.mark.parametrize(
    ("path", "claims", "role"),
    [
        ("groups", {"groups": ["line-editors", "line-admins", "x"]}, Role.ADMINISTRATOR),
        ("groups", {"groups": "line-editors"}, Role.EDITOR),
        ("realm_access.roles", {"realm_access": {"roles": ["line-editors"]}}, Role.EDITOR),
        ("https://example.com/roles", {"https://example.com/roles": ["line-staff"]}, Role.VIEWER),
        ("groups", {"groups": ["Line-Admins"]}, None),
        ("groups", {"groups": [["line-admins"], {"a": 1}, None, 3]}, None),
        ("groups", {"groups": {"line-admins": True}}, None),
        ("realm_access.roles", {"realm_access": "line-admins"}, None),
        ("groups", {}, None),
    ],
)
def test_the_highest_role_of_the_groups_counts(path: str, claims: dict[str, Any], role: Role | None) -> None:
    """Wherever the provider lists them; what is not listed as the settings say gives nothing."""
    assert role_of(claims, settings(role_claim=path)) == role


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner), max_leaves=8))
def test_no_shape_of_claims_gives_a_role_nobody_granted(groups: Any) -> None:
    """Whatever a provider sends."""
    listed = groups if isinstance(groups, list) else [groups]
    if not any(each in ROLES for each in listed if isinstance(each, str)):
        assert role_of({"groups": groups}, settings()) is None


@pytest.mark.parametrize(
    ("claims", "ours"),
    [
        ({"aud": "console"}, True),
        ({"aud": ["other", "console"]}, True),
        ({"aud": ["other", "console"], "azp": "other"}, False),
        ({"aud": "other"}, False),
        ({"aud": "console-2"}, False),
        ({}, False),
    ],
)
def test_a_token_for_another_client_is_not_ours(claims: dict[str, Any], ours: bool) -> None:
    """Otherwise any page that uses the same provider could sign its visitors in here."""
    assert meant_for(claims, "console") is ours


def test_every_sign_in_at_the_provider_has_a_token_of_its_own() -> None:
    """The same in every tab, another after the next sign-in."""
    once = {**CLAIMS, "nonce": "a", "iat": 1}
    assert sign_in_token(once) == sign_in_token(dict(once))
    assert sign_in_token(once) != sign_in_token({**once, "nonce": "b"})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"roles": {"x": "chief"}}, "chief"),
        ({"roles": {}}, "roles is needed"),
        ({"client_id": ""}, "client_id is needed"),
        ({"metadata_url": "http://id.example.com/x"}, "https"),
        ({"metadata_url": "", "local_accounts": False}, "nobody could sign in"),
        ({"scope": "profile"}, "openid"),
    ],
)
def test_a_provider_set_up_by_halves_is_refused(changes: dict[str, Any], said: str) -> None:
    """Before it goes live (law 8)."""
    with pytest.raises(ValidationError, match=said):
        settings(**changes)


@pytest.mark.parametrize(
    "values",
    [
        {"public_url": "console.example.com"},
        {"public_url": "https://console.example.com/line"},
        {"allowed_hosts": ("console.example.com:8443",)},
        {"allowed_hosts": ("*",)},
    ],
)
def test_an_address_that_is_none_is_refused(values: dict[str, Any]) -> None:
    """A console below a path, a name with a port, and a star for everybody."""
    with pytest.raises(ValidationError):
        ConsoleSettings(**values)


def test_http_does_for_a_provider_on_this_machine() -> None:
    """Nobody is on the way."""
    assert settings(metadata_url="http://127.0.0.1:9000/.well-known/openid-configuration").configured
