"""Agents and skills: the list for everybody, the form for who leads, the history, and how calls are given out."""

from __future__ import annotations

import streamlit as st

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account
from elder_channel.services.roster import MAY_EDIT, Roster
from ui.components.greeting import heading_html
from ui.components.markup import both
from ui.components.notices import notice_html
from ui.components.roster import agents_html, change_html, problems_html, rules_html
from ui.components.roster_acts import act, draw_answer, forget_answer
from ui.components.roster_filled import NEW, OPENED, Opened
from ui.components.roster_form import draw_form, open_agent
from ui.roster_cards import ChangeLine, chosen, names_of, present_agents, present_changes, present_rules
from ui.session import services
from ui.words import Text, say

_RESTORING = "roster_restoring"
_WHO = "roster_who"


def draw_agents(account: Account) -> None:
    """The list, and below it what can be changed."""
    roster = services().roster.look(by=account)
    st.html(f'<p class="ec-hint">{both(say("roster.rule"))}</p>')
    if roster.problems:
        st.html(problems_html(say("roster.problem"), roster.problems))
    _list(roster)
    with st.container():
        if account.role not in MAY_EDIT:
            st.html(f'<p class="ec-hint">{both(say("roster.only_leads"))}</p>')
        elif not roster.can_be_written:
            st.html(f'<p class="ec-caution">{both(say("roster.no_site"))}</p>')
        else:
            _editing(roster)
    with st.container(key="routing-outcome"):
        draw_answer()
    if account.role in MAY_EDIT:
        with st.expander(str(say("roster.history")), key="roster-history"):
            _history(roster, account)
    st.html(rules_html(present_rules(roster)))


def open_agent_again(agent_id: str, account: Account) -> None:
    """The form of an agent, or of a new one, unless it is open; nothing where the agent is no more on the list."""
    opened = st.session_state.get(OPENED)
    if isinstance(opened, Opened) and (opened.seen.id if opened.seen else NEW) == agent_id:
        return
    agents = {row.agent.id: row.agent for row in services().roster.look(by=account).rows}
    if agent_id in agents or agent_id == NEW:
        open_agent(agents.get(agent_id))


def _list(roster: Roster) -> None:
    if not roster.rows:
        st.html(notice_html(say("roster.empty"), say("roster.empty.explain")))
        return
    names = names_of(roster)
    first, second, third = st.columns(3)
    with first:
        dialect = _filter("roster.filter.dialect", dict(names.dialects), key="roster_dialect")
    with second:
        site = _filter("roster.filter.site", dict(names.sites), key="roster_site")
    with third:
        words = st.text_input(str(say("roster.filter.words")), key="roster_words", persist_state="session")
    found = chosen(roster, dialect=dialect, site=site, words=words or "")
    lines = present_agents(found, names)
    st.html(f'<p class="ec-hint">{both(say("roster.count", shown=len(found), all=len(roster.rows)))}</p>')
    if not lines:
        st.html(notice_html(say("roster.none"), say("roster.none.explain")))
        return
    st.html(agents_html(lines))
    if len(found) > len(lines):
        st.html(f'<p class="ec-hint">{both(say("roster.more", count=len(found) - len(lines)))}</p>')


def _filter(label: str, names: dict[str, str], *, key: str) -> str | None:
    return st.selectbox(
        str(say(label)),
        list(names),
        index=None,
        format_func=lambda id_: str(Text(names.get(str(id_), str(id_)), "")),
        placeholder=str(say("roster.filter.all")),
        key=key,
        persist_state="session",
    )


def _editing(roster: Roster) -> None:
    opened = st.session_state.get(OPENED)
    if isinstance(opened, Opened):
        draw_form(roster, opened)
        return
    st.html(heading_html(say("roster.edit")))
    agents = {row.agent.id: row.agent for row in roster.rows}
    left, middle, right = st.columns([2, 1, 1], vertical_alignment="bottom")
    with left:
        who = st.selectbox(
            str(say("roster.edit.who")),
            list(agents),
            index=None,
            format_func=lambda id_: f"{agents[id_].name} ({id_})",
            placeholder=str(say("roster.edit.choose")),
            key=_WHO,
        )
    with middle:
        label = str(say("roster.edit"))
        agent = agents.get(who or "")
        st.button(label, key="roster-open", disabled=agent is None, width="stretch", on_click=open_agent, args=(agent,))
    with right:
        st.button(str(say("roster.new")), key="roster-new", width="stretch", on_click=open_agent, args=(None,))


def _history(roster: Roster, account: Account) -> None:
    lines = present_changes(services().roster.changes(by=account), roster, zone=HOTLINE_ZONE)
    if not lines:
        st.html(f'<p class="ec-missing">{both(say("roster.history.none"))}</p>')
    for line in lines:
        st.html(change_html(line))
        if not line.holds and roster.can_be_written:
            _restoring(line, roster)


def _restoring(line: ChangeLine, roster: Roster) -> None:
    if st.session_state.get(_RESTORING) != line.number:
        label = str(say("roster.history.restore"))
        st.button(label, key=f"roster-back-{line.number}", on_click=_ask, args=(line.number,))
        return
    st.html(f'<div class="ec-switch-box"><p>{both(say("roster.history.means", time=line.time))}</p></div>')
    confirm = str(say("roster.history.confirm", time=line.time))
    with st.container(horizontal=True):
        st.button(confirm, key="roster-restore-yes", type="primary", on_click=_restore, args=(line.etag, roster.etag))
        st.button(str(say("sending.dismiss")), key="roster-restore-no", on_click=_ask, args=(None,))


def _ask(number: int | None) -> None:
    forget_answer()
    st.session_state[_RESTORING] = number


def _restore(etag: str, seen: str) -> None:
    if act(lambda by: services().roster.restore(etag, seen=seen, by=by), say("roster.restored")):
        st.session_state.pop(_RESTORING, None)
        st.session_state.pop(OPENED, None)
