"""The agent desk, on real books."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.agents.model import Presence
from elder_channel.calls.desk import Act, CallResult
from elder_channel.customers.model import Customer
from elder_channel.services.accounts import Account, Role
from elder_channel.services.corrections import Verdict
from elder_channel.services.desk import Desk
from elder_channel.services.endings import Endings
from elder_channel.services.errors import NotAllowedError
from elder_channel.services.translating import State, Translated, Translations
from tests.fakes.desk import AT_DESK, NUMBER, TransfersInMemory, hear, offer_call, pass_on_call
from tests.fakes.line import LineInMemory
from tests.ui.conftest import ME, PASSWORD, AsAgent, Console, talking
from tests.ui.seen import words_of
from tests.unit.services.test_orders import abandoned
from ui.launch import APP
from ui.words import EN, ZH


def test_an_agent_begins_at_the_desk_and_without_a_call_is_told_so(at: LineInMemory, as_agent: AsAgent) -> None:
    """Not at the list of everybody's calls; an empty desk says what will come."""
    words = words_of(as_agent())
    for key in ("page.desk", "presence.idle", "desk.none", "desk.none.idle"):
        assert ZH[key] in words
        assert EN[key] in words


def test_leaving_and_coming_back(at: LineInMemory, as_agent: AsAgent) -> None:
    """One button, and the page says what it means for calls."""
    page = as_agent()
    page.button(key="presence_leave").click().run()
    assert at.line.agents.states()[AT_DESK].presence is Presence.ABSENT
    assert ZH["desk.none.absent"] in words_of(page)
    page.button(key="presence_come").click().run()
    assert at.line.agents.states()[AT_DESK].presence is Presence.IDLE


def test_law_7_an_offered_call_is_shown_masked_with_everything_else(at: LineInMemory, as_agent: AsAgent) -> None:
    """Who is masked; need, words, dialect, glossary, opening and questions are there before the agent says hello."""
    offer_call(at.line)
    words = words_of(as_agent())
    assert NUMBER not in words
    assert "林示例" not in words
    for expected in (
        *("+86591****01", "林**", ZH["who.masked"], ZH["elder"], ZH["who.relative"], "我妈"),
        *("报案", "侬家我妈跋倒了", "咱们我妈摔倒了", ZH["sub.word_by_word"], "很可能是福州话"),
        *("明旦", "明天", "福州话里这些词不一样", "请问出事的是哪一位", ZH["who.not_proof"], ZH["before.none"]),
        *("您是替家里老人打来的吧", ZH["desk.offered"]),
    ):
        assert expected in words
    assert ZH["language.help.wait"] not in words


def test_an_agent_without_english_gets_sentences_to_read_out(at: LineInMemory, as_agent: AsAgent) -> None:
    """In both languages, beside what the caller said."""
    offer_call(at.line)
    at.line.calls.choose_language("CA1", language="en")
    words = words_of(as_agent())
    for key in ("language.help.en", "language.help.wait", "language.help.colleague"):
        assert ZH[key] in words
        assert EN[key] in words


def test_accepting_unmasks_and_rings_the_phone(at: LineInMemory, as_agent: AsAgent) -> None:
    """The agent's own phone rings then; before picking up nothing can be closed."""
    offer_call(at.line)
    page = as_agent()
    page.button(key="desk-accept-CA1").click().run()
    assert len(at.carrier.redirects) == 1
    words = words_of(page)
    assert ZH["desk.accepted"] in words
    assert ZH["desk.ringing"] in words
    assert NUMBER in words
    assert "林示例" in words
    assert not page.text_area


def test_declining_clears_the_desk(at: LineInMemory, as_agent: AsAgent) -> None:
    """The call is somebody else's."""
    offer_call(at.line)
    page = as_agent()
    page.button(key="desk-decline-CA1").click().run()
    words = words_of(page)
    assert ZH["desk.declined"] in words
    assert ZH["desk.none"] in words


def test_who_is_too_late_to_accept_is_told(at: LineInMemory, as_agent: AsAgent) -> None:
    """In words, and the desk shows what is true now."""
    offer_call(at.line)
    page = as_agent()
    at.line.calls.put_back("CA1", AT_DESK, presence=Presence.ABSENT, at=at.clock(), offered=True)
    page.button(key="desk-accept-CA1").click().run()
    assert ZH["refused.desk_meanwhile"] in words_of(page)
    assert ZH["presence.absent"] in words_of(page)


@pytest.mark.parametrize("state", ["offered", "ringing", "talking"])
def test_words_and_dialect_heard_late_reach_the_open_desk(at: LineInMemory, as_agent: AsAgent, state: str) -> None:
    """At the next refresh; a tick for the old dialect does not count for the new."""
    offer_call(at.line)
    page = as_agent()
    if state == "ringing":
        page.button(key="desk-accept-CA1").click().run()
    if state == "talking":
        page = talking(at, page)
        page.text_area(key="wrap-note-CA1").input("下周再打").run()
        page.checkbox(key="wrap-right-CA1-fuzhou").check().run()
    at.line.customers.load([Customer(70, "林示例", (NUMBER,), elder_flag=True)])
    hear(at.line, "我要退保", dialect="putonghua")
    page.run()
    words = words_of(page)
    assert "我要退保" in words
    assert "退保" in words
    if state == "talking":
        top = at.line.calls.get("CA1").identification.top[0]  # type: ignore[union-attr]
        assert top == "fuzhou" or not page.checkbox(key=f"wrap-right-CA1-{top}").value


def test_identity_is_checked_and_kept(at: LineInMemory, as_agent: AsAgent) -> None:
    """The button is there once the agent talks, and says what was done."""
    offer_call(at.line)
    page = talking(at, as_agent())
    page.button(key="desk-check-CA1").click().run()
    assert ZH["who.checked"] in words_of(page)
    assert Act.IDENTITY_CHECKED in {act.act for act in at.line.desk.of_call("CA1")}


def test_law_7_of_a_number_that_two_have_the_page_names_nobody(at: LineInMemory, as_agent: AsAgent) -> None:
    """It says so in both languages, and to ask; neither name nor birthday is anywhere on it."""
    at.line.customers.load([Customer(71, "何示意", (NUMBER,), date(1999, 5, 1), dialect="guangzhou")])
    offer_call(at.line)
    page = talking(at, as_agent())
    words = words_of(page)
    assert ZH["who.several"].format(count=2) in words
    assert EN["who.several"].format(count=2) in words
    assert "林**、何**" in words or "何**、林**" in words
    assert not [private for private in ("林示例", "何示意", "1999") if private in words]


def test_closing_with_what_the_line_thought(at: LineInMemory, as_agent: AsAgent) -> None:
    """Two ticks and one button: both right, done, free again."""
    offer_call(at.line)
    page = talking(at, as_agent())
    Endings(at.line).ended("CA1")
    page.run()
    assert ZH["desk.ended"] in words_of(page)
    page.checkbox(key="wrap-right-CA1-fuzhou").check()
    page.checkbox(key="wrap-need-right-CA1-report_claim").check()
    page.button(key="wrap-settled-CA1").click().run()
    [kept] = at.line.corrections.of_calls(["CA1"])["CA1"]
    assert kept.confirms
    assert kept.to_need == "report_claim"
    words = words_of(page)
    assert ZH["wrap.kept"] in words
    assert ZH["desk.none"] in words
    assert at.line.agents.states()[AT_DESK].presence is Presence.IDLE


def test_closing_with_corrections_and_an_order(at: LineInMemory, as_agent: AsAgent) -> None:
    """What was really spoken and wanted, and somebody owns what is left."""
    offer_call(at.line)
    page = talking(at, as_agent())
    page.selectbox(key="wrap-dialect-CA1").set_value("puxian")
    page.selectbox(key="wrap-need-CA1").set_value("claim_progress")
    page.text_area(key="wrap-note-CA1").input("查到再回电")
    page.button(key="wrap-follow_up-CA1").click().run()
    [kept] = at.line.corrections.of_calls(["CA1"])["CA1"]
    assert (kept.to_dialect, kept.to_need) == ("puxian", "claim_progress")
    order = at.line.work_orders.of_call("CA1")
    assert order
    assert order.note == "查到再回电"
    assert at.line.desk.of_call("CA1")[-1].result is CallResult.FOLLOW_UP


def test_who_was_overtaken_keeps_what_was_filled_in(at: LineInMemory, console: Console, as_agent: AsAgent) -> None:
    """Somebody else judged the call meanwhile: nothing is written, the form stays, and the next try goes on top."""
    offer_call(at.line)
    page = talking(at, as_agent())
    assert console.corrections
    console.corrections.judge(Verdict("CA1", "hakka", None, "other"), by=Account("chief", Role.ADMINISTRATOR))
    page.selectbox(key="wrap-dialect-CA1").set_value("puxian")
    page.button(key="wrap-settled-CA1").click().run()
    assert ZH["refused.desk_meanwhile"] in words_of(page)
    assert page.selectbox(key="wrap-dialect-CA1").value == "puxian"
    page.button(key="wrap-settled-CA1").click().run()
    assert [one.to_dialect for one in at.line.corrections.of_calls(["CA1"])["CA1"]] == ["hakka", "puxian"]


def test_passing_a_call_on(at: LineInMemory, as_agent: AsAgent, transfers: TransfersInMemory) -> None:
    """To a sister company, with a note; without a target it says what is missing."""
    offer_call(at.line)
    page = talking(at, as_agent())
    page.button(key="pass-go-CA1").click().run()
    assert ZH["refused.desk_no_target"] in words_of(page)
    page.selectbox(key="pass-to-CA1").set_value("company:life")
    page.text_area(key="pass-note-CA1").input("寿险的事")
    page.button(key="pass-go-CA1").click().run()
    [passed] = transfers.passed
    assert (passed["to_company"], passed["note"], passed["as_agent"]) == ("life", "寿险的事", AT_DESK)
    assert ZH["pass.done"] in words_of(page)


def test_a_refused_transfer_is_told(at: LineInMemory, as_agent: AsAgent, transfers: TransfersInMemory) -> None:
    """The call stays with the agent."""
    transfers.error = NotAllowedError("no")
    offer_call(at.line)
    page = talking(at, as_agent())
    page.selectbox(key="pass-to-CA1").set_value("agent:liu")
    page.button(key="pass-go-CA1").click().run()
    assert ZH["refused.not_allowed"] in words_of(page)
    assert ZH["desk.talking"] in words_of(page)


@pytest.mark.parametrize(
    ("note", "told"), [("要派查勘员", "刘美华刚才接过，转来时说：要派查勘员"), ("", "刘美华刚才接过，转来的")]
)
def test_who_gets_a_call_from_a_colleague_sees_who_had_it_and_why(
    at: LineInMemory, as_agent: AsAgent, note: str, told: str
) -> None:
    """Before picking up: the caller repeats nothing, and neither does the colleague."""
    pass_on_call(at.line, note)
    words = words_of(as_agent())
    assert told in words
    assert "报案" in words


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_who_may_not_answer_is_told(at: LineInMemory, as_agent: AsAgent, role: Role) -> None:
    """A link to an agent is not enough: the role decides, in the service."""
    offer_call(at.line)
    words = words_of(as_agent(role))
    assert ZH["refused.not_allowed"] in words
    assert "林**" not in words


def test_who_is_no_agent_has_no_desk(at: LineInMemory, as_agent: AsAgent, console: Console) -> None:
    """They see the calls, as before."""
    words = words_of(as_agent(Role.AGENT, None))
    assert ZH["page.live"] in words
    assert ZH["page.desk"] not in words


def test_an_agent_who_was_taken_out_of_the_settings_is_told(at: LineInMemory, as_agent: AsAgent) -> None:
    """With the command an administrator gives."""
    words = words_of(as_agent(Role.AGENT, "not-there"))
    assert ZH["desk.none.unlinked"] in words
    assert "accounts add" in words


def test_trouble_is_told_and_passes(at: LineInMemory, as_agent: AsAgent, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the fault's own text, and the page recovers by itself."""
    page = as_agent()

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk of 139****5678 is away")

    with monkeypatch.context() as patched:
        patched.setattr(Desk, "look", fail)
        page.run()
        assert ZH["trouble.title"] in words_of(page)
        assert "is away" not in words_of(page)
    page.run()
    assert ZH["desk.none"] in words_of(page)


def test_what_callers_say_cannot_change_the_page(at: LineInMemory, as_agent: AsAgent) -> None:
    """Markup in what was heard is shown as text."""
    offer_call(at.line)
    hear(at.line, '<img src=x onerror="alert(1)">报案')
    page = as_agent()
    cards = [block.value for block in page.html if "onerror" in block.value]
    assert cards
    assert not any("<img" in card for card in cards)


def test_the_words_of_the_dialect_are_marked_and_explained(at: LineInMemory, as_agent: AsAgent) -> None:
    """As heard with the words marked, then each with its sound, Mandarin, English and source; no machine is named."""
    offer_call(at.line)
    page = as_agent()
    words = words_of(page)
    assert '<mark class="ec-word">侬家</mark>我妈' in "".join(block.value for block in page.html)
    for expected in (ZH["sub.words"], EN["sub.words"], "咱们", ZH["sub.source.beida"], ZH["sub.heard.hint"]):
        assert expected in words
    assert ZH["glossary.insurance"] in words
    assert ZH["sub.machine.english"] not in words


def test_an_english_caller_s_words_are_explained_in_chinese(at: LineInMemory, as_agent: AsAgent) -> None:
    """The agent reads 索赔 beside claim, and the words of the trade below."""
    offer_call(at.line)
    at.line.calls.speaks("CA1", language="en")
    hear(at.line, "I want to report a claim on my policy", dialect="putonghua")
    at.line.calls.speaks("CA1", language="en")
    words = words_of(as_agent())
    for expected in ("索赔", "保单", "受益人", ZH["glossary.english"], ZH["glossary.english.source"]):
        assert expected in words


def test_what_a_machine_made_is_named_and_stands_beside_the_original(
    at: LineInMemory, as_agent: AsAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never in its place, and never without the engine's name."""
    monkeypatch.setattr(Translations, "ask", lambda *_, **__: Translated(State.READY, "My mother fell", "engine X"))
    offer_call(at.line)
    words = words_of(as_agent())
    for expected in (
        "My mother fell",
        "引擎 engine X 译的",
        ZH["sub.machine.english"],
        "侬家我妈跋倒了",
        "咱们我妈摔倒了",
    ):
        assert expected in words


def test_a_shift_is_handed_over_with_one_note(at: LineInMemory, as_agent: AsAgent, console: Console) -> None:
    """Everything open of mine goes to whom I name; others' orders stay, and an unfinished note is kept."""
    mine, theirs = abandoned(at, "CA7"), abandoned(at, "CA8", "+8659100000155", said="我要查保单")
    assert not [each for each in as_agent().expander if each.label.startswith("交班")]
    me = Account(ME, Role.AGENT, AT_DESK)
    assert console.orders is not None
    mine = console.orders.take(mine.id, etag=mine.etag, by=me)
    page = AppTest.from_file(str(APP), default_timeout=30).run()
    page.text_input(key="login_username").input(ME)
    page.text_input(key="login_password").input(PASSWORD)
    page.button(key="login_submit").click().run()
    page.text_area(key="shift-note").input("女儿周一上午在家").run()
    page.button(key="shift-give").click().run()
    assert ZH["refused.owner_unfit"] in words_of(page)
    page.selectbox(key="shift-to").set_value(console.orders.names().owners[0]).run()
    page.button(key="shift-give").click().run()
    assert ZH["shift.done"] in words_of(page)
    given, kept = at.line.work_orders.get(mine.id), at.line.work_orders.get(theirs.id)
    assert given is not None
    assert kept is not None
    assert (given.owner, kept.owner) == (console.orders.names().owners[0], theirs.owner)
    assert at.line.work_orders.history(mine.id)[-1].why == "交班：女儿周一上午在家"
    assert not page.text_area


def test_what_the_line_heard_is_confirmed_by_one_keystroke(at: LineInMemory, as_agent: AsAgent) -> None:
    """A button with a key beside each tick turns it, there and back."""
    offer_call(at.line)
    page = talking(at, as_agent())
    tick = "wrap-right-CA1-fuzhou"
    page.button(key=f"{tick}-turn").click().run()
    assert page.checkbox(key=tick).value
    page.button(key=f"{tick}-turn").click().run()
    assert not page.checkbox(key=tick).value
