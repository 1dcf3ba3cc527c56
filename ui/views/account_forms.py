"""What an administrator does to accounts; what cannot be undone at once is asked about with what it leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from elder_channel.services.account_desk import AccountRow, GivenPassword
from elder_channel.services.accounts import Account, Role
from ui.account_cards import role_text
from ui.components.account import given_html, part_html
from ui.components.markup import both
from ui.components.outcomes import carry_out, forget_outcome
from ui.session import services
from ui.words import Text, say

PLACE = "accounts"
_WHO, _NAME, _ROLE, _AGENT = "accounts_who", "account_add_name", "account_add_role", "account_add_agent"
_ASKED, _GIVEN, _DONE = "accounts_asked", "accounts_given", "accounts_done"
"""The act that is asked about, the password given out last, and the act done last with what it was done to."""


def draw_given() -> None:
    """The password that was given out last, until it is noted or something else is done."""
    given: GivenPassword | None = st.session_state.get(_GIVEN)
    with st.container(key="accounts-given"):
        if given is not None:
            st.html(given_html(given.username, given.password))
            st.button(str(say("account.given.noted")), key="account_given_noted", on_click=forget_given)


def forget_given() -> None:
    """Nothing of a password stays in the session."""
    st.session_state.pop(_GIVEN, None)


def draw_acts(rows: Sequence[AccountRow], account: Account) -> None:
    """Choose an account, and what may be done to it."""
    with st.container(border=True, key="accounts_acts"):
        st.selectbox(
            str(say("account.who")),
            [row.username for row in rows],
            index=None,
            placeholder=str(say("account.who.choose")),
            key=_WHO,
            on_change=_look_elsewhere,
        )
        row = next((each for each in rows if each.username == st.session_state.get(_WHO)), None)
        if row is None:
            return
        if row.by_provider:
            st.html(f'<p class="ec-hint">{both(say("account.provider.hint"))}</p>')
        if row.closed is not None:
            _button("account_reopen", say("account.reopen"), lambda: _reopen(row))
            return
        if not row.by_provider:
            _draw_role(row)
        if row.username == account.username:
            st.html(f'<p class="ec-hint">{both(say("account.own.hint"))}</p>')
            return
        if not row.by_provider:
            _offer("reset", row, lambda: _reset(row))
        _offer("close", row, lambda: _close(row))


def draw_adding(agents: Mapping[str, str]) -> None:
    """The form for a new account; `agents` are those who have none yet."""
    with st.container(border=True, key="accounts_adding"):
        st.html(part_html(say("account.add")))
        st.text_input(str(say("account.add.name")), key=_NAME, autocomplete="off")
        _roles(_ROLE, Role.AGENT)
        st.selectbox(
            str(say("account.add.agent")),
            list(agents),
            index=None,
            format_func=lambda id_: str(Text(agents.get(id_, id_), "")),
            placeholder=str(say("account.agent.none")),
            key=_AGENT,
        )
        _button("account_add", say("account.add.submit"), _add, primary=True)


def _draw_role(row: AccountRow) -> None:
    key = f"account_role_{row.username}_{row.etag}"
    _roles(key, row.role)
    _button("account_role_give", say("account.role.give"), lambda: _give_role(row, key))


def _roles(key: str, first: Role) -> None:
    roles = list(Role)
    st.selectbox(
        str(say("account.role")),
        [str(role) for role in roles],
        index=roles.index(first),
        format_func=lambda role: str(_role_and_what(role)),
        key=key,
    )


def _role_and_what(role: str) -> Text:
    name, may = role_text(role), say(f"account.may.{role}")
    return Text(f"{name.zh}：{may.zh}", f"{name.en}: {may.en}")


def _offer(act: str, row: AccountRow, do: Callable[[], None]) -> None:
    """The act's button, or, once it was pressed, what it leads to and the button that does it."""
    if st.session_state.get(_ASKED) != (act, row.username):
        _button(f"account_{act}", say(f"account.{act}.ask"), lambda: _ask(act, row.username))
        return
    means = both(say(f"account.{act}.means", name=row.username))
    st.html(f'<div class="ec-switch-box" role="status"><p>{means}</p></div>')
    _button(f"account_{act}_do", say(f"account.{act}.do"), do, primary=True)
    _button(f"account_{act}_leave", say("account.leave"), _look_elsewhere)


def _button(key: str, label: Text, do: Callable[[], None], *, primary: bool = False) -> None:
    st.button(str(label), key=key, width="stretch", type="primary" if primary else "secondary", on_click=do)


def _ask(act: str, username: str) -> None:
    _look_elsewhere()
    st.session_state[_ASKED] = (act, username)


def _look_elsewhere() -> None:
    st.session_state.pop(_ASKED, None)
    forget_given()
    forget_outcome(PLACE)


def _add() -> None:
    name, role = str(st.session_state.get(_NAME) or ""), Role(st.session_state[_ROLE])
    agent = st.session_state.get(_AGENT)
    if _is_done_already(("add", name)):
        return

    def write(by: Account) -> None:
        st.session_state[_GIVEN] = services().account_desk.add(name, role, by=by, agent_id=agent)

    if _do(("add", name), write, say("account.add.done", name=name.strip())):
        st.session_state[_NAME], st.session_state[_AGENT] = "", None


def _reset(row: AccountRow) -> None:
    if _is_done_already(("reset", row.etag)):
        return

    def write(by: Account) -> None:
        st.session_state[_GIVEN] = services().account_desk.reset(row.username, etag=row.etag, by=by)

    _do(("reset", row.etag), write, say("account.reset.done", name=row.username))


def _close(row: AccountRow) -> None:
    _do(
        ("close", row.etag),
        lambda by: services().account_desk.close(row.username, etag=row.etag, by=by),
        say("account.close.done", name=row.username),
    )


def _reopen(row: AccountRow) -> None:
    _do(
        ("reopen", row.etag),
        lambda by: services().account_desk.reopen(row.username, etag=row.etag, by=by),
        say("account.reopen.done", name=row.username),
    )


def _give_role(row: AccountRow, key: str) -> None:
    role = Role(st.session_state[key])
    _do(
        ("role", row.etag),
        lambda by: services().account_desk.give_role(row.username, role, etag=row.etag, by=by),
        say("account.role.done", name=row.username),
    )


def _is_done_already(act: tuple[str, str]) -> bool:
    """A double click: the same was just done, and what it gave out is still to be read."""
    return st.session_state.get(_DONE) == act and _GIVEN in st.session_state


def _do(act: tuple[str, str], write: Callable[[Account], object], done: Text) -> bool:
    if st.session_state.get(_DONE) == act and act[0] != "add":
        return False
    _look_elsewhere()
    is_done = carry_out(write, done, place=PLACE, overtaken="accounts_meanwhile")
    if is_done:
        st.session_state[_DONE] = act
    return is_done
