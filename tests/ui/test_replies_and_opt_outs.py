"""The replies' inbox and the opt-outs, on real books."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.services.accounts import Role
from elder_channel.services.greeting_desk import GreetingDesk, greeting_desk
from elder_channel.services.replies import Replies
from elder_channel.services.reply_inbox import Tray
from greeting_sms.consent import is_suppressed, record_opt_out
from greeting_sms.holds import held
from greeting_sms.inbound.labels import Label
from tests.ui.conftest import Console, go_to
from tests.ui.seen import words_of
from ui.words import ZH

NUMBER = "+8659100000102"
Part = Callable[..., AppTest]


@pytest.fixture
def desk(console: Console) -> GreetingDesk:
    """The services behind the page."""
    console.greetings = greeting_desk(console.at.line, console.accounts)
    console.appoint()
    return console.greetings


@pytest.fixture
def part(console: Console, desk: GreetingDesk, signed_in: Callable[..., AppTest]) -> Part:
    """Opens a part of the page as somebody with a role."""

    def open_part(view: str, role: Role = Role.AGENT) -> AppTest:
        console.employ("wang.min", role)
        return go_to(signed_in("wang.min"), "greetings").radio(key="greetings_view").set_value(view).run()

    return open_part


def came(console: Console, sid: str, words: str) -> None:
    """A customer answers a greeting."""
    Replies(console.at.line).receive(sid=sid, number=NUMBER, body=words)


def is_off(console: Console) -> bool:
    """Whether the number gets no greetings."""
    with console.at.line.databases.greetings.connect() as connection:
        return is_suppressed(connection, NUMBER)


def test_an_empty_inbox_teaches(part: Part) -> None:
    """What will appear here, and how to try the sorting."""
    words = words_of(part("replies"))
    assert ZH["replies.empty"] in words
    assert "elder-channel inbound classify" in words


def test_a_reply_is_confirmed_with_one_button(console: Console, desk: GreetingDesk, part: Part) -> None:
    """What it is taken for stands first as a yes; confirmed, it leaves the tray. The number is masked."""
    came(console, "SM1", "退订")
    page = part("replies")
    words = words_of(page)
    assert "退订" in words
    assert "+86591****02" in words
    assert NUMBER not in words
    page.button(key="say-opt_out-SM1").click().run()
    words = words_of(page)
    assert ZH["replies.empty"] in words
    assert ZH["reply.done"].format(label=ZH["reply.label.opt_out"]) in words
    agent = console.accounts.find("wang.min")
    assert agent is not None
    [kept] = desk.inbox.look(Tray.OPT_OUT, by=agent)
    assert kept.confirmed


def test_a_correction_is_acted_on_and_leads_to_the_order(console: Console, part: Part) -> None:
    """A thanks that was a complaint opens a work order, which the page leads to."""
    came(console, "SM1", "谢谢你们")
    page = part("replies")
    page.button(key="say-complaint-SM1").click().run()
    page.selectbox(key="replies_tray").set_value(Tray.COMPLAINT).run()
    assert console.at.line.work_orders.of_merge_key("text:SM1") is not None
    assert page.button(key="order-SM1")


def is_held(console: Console) -> bool:
    """Whether nothing is sent to the number until somebody has read its replies."""
    with console.at.line.databases.greetings.connect() as connection:
        return bool(held(connection, [NUMBER]))


def test_what_may_be_an_opt_out_is_confirmed_or_released(console: Console, part: Part) -> None:
    """It stands before the others, says that nothing is sent meanwhile, and one button ends that either way."""
    came(console, "SM1", "谢谢你们")
    came(console, "SM2", "停")
    came(console, "SM3", "不要了")
    assert is_held(console)
    page = part("replies")
    words = words_of(page)
    assert ZH["reply.held.means"] in words
    assert words.index(ZH["reply.held"]) < words.index("谢谢你们")
    page.button(key="say-other-SM2").click().run()
    assert is_held(console)
    page.button(key="say-opt_out-SM3").click().run()
    assert not is_held(console)
    assert is_off(console)


def test_whoever_comes_second_looks_again(console: Console, desk: GreetingDesk, part: Part) -> None:
    """A colleague has corrected it meanwhile: nothing is overwritten."""
    came(console, "SM1", "谢谢你们")
    page = part("replies")
    boss = console.accounts.find("lin.fang")
    assert boss is not None
    [seen] = desk.inbox.look(Tray.TO_CONFIRM, by=boss)
    desk.inbox.settle("SM1", Label.QUESTION, seen=seen.etag, by=boss)
    page.button(key="say-thanks-SM1").click().run()
    assert ZH["refused.greetings_meanwhile"] in words_of(page)
    [kept] = desk.inbox.look(Tray.ALL, by=boss)
    assert kept.meaning is Label.QUESTION


def test_an_opt_out_is_found_and_lifted_with_a_reason(console: Console, part: Part) -> None:
    """Searched by digits; lifted at the customer's wish, with who and why on record."""
    came(console, "SM1", "退订")
    page = part("opt_outs", Role.SUPERVISOR)
    page.text_input(key="opt_outs_searched").set_value("02").run()
    assert ZH["refused.search_short"] in words_of(page)
    page.text_input(key="opt_outs_searched").set_value("0000102").run()
    assert "+86591****02" in words_of(page)
    key = f"withdraw-{NUMBER.lstrip('+')}"
    page.button(key=f"ask-{key}").click().run()
    page.button(key=f"do-{key}").click().run()
    assert ZH["refused.reason_missing"] in words_of(page)
    page.text_input(key=f"why-{key}").set_value("客户来电要求恢复")
    page.button(key=f"do-{key}").click().run()
    assert not is_off(console)
    assert ZH["opt_outs.withdraw.done"] in words_of(page)


def test_a_list_is_taken_in_and_faulty_rows_are_told(console: Console, part: Part) -> None:
    """Good rows count although others are bad; a file without numbers is refused with what to do."""
    page = part("opt_outs", Role.EDITOR)
    assert ZH["opt_outs.empty"] in words_of(page)
    page.button(key="opt_outs_import").click().run()
    assert ZH["opt_outs.import.missing"] in words_of(page)
    page.file_uploader(key="opt_outs_file").upload("list.csv", f"number\n{NUMBER}\nabc\n".encode(), "text/csv").run()
    page.button(key="opt_outs_import").click().run()
    words = words_of(page)
    assert ZH["opt_outs.import.done"].format(new=1, known=0, faults=1) in words
    assert "第 3 行 number" in words
    assert is_off(console)


def test_the_list_is_written_for_those_who_may(console: Console, desk: GreetingDesk, part: Part) -> None:
    """A supervisor gets the file; an editor is not offered it, and the service refuses too."""
    with console.at.line.databases.greetings.begin() as connection:
        record_opt_out(connection, NUMBER, at=console.at.clock(), source="reply")
    page = part("opt_outs", Role.SUPERVISOR)
    page.button(key="opt_outs_export").click().run()
    assert ZH["opt_outs.export.done"] in words_of(page)
    boss = console.accounts.find("wang.min")
    assert boss is not None
    assert NUMBER in desk.opt_outs.export_csv(by=boss)


def test_an_agent_looks_and_lifts_nothing(console: Console, part: Part) -> None:
    """The list with its history, no button that changes it."""
    came(console, "SM1", "退订")
    page = part("opt_outs")
    assert ZH["opt_outs.source.reply"] in words_of(page)
    assert not any(str(button.key).startswith(("ask-withdraw", "opt_outs_")) for button in page.button)
