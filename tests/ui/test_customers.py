"""The customers' page, on real books."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.customers.files import details_of
from elder_channel.customers.model import Customer
from elder_channel.services.accounts import Account, Role
from elder_channel.services.consents import Consents
from elder_channel.services.customer_files import CustomerFiles
from tests.ui.conftest import Console, go_to
from tests.ui.seen import words_of
from ui.words import EN, ZH

NUMBER, SON = "+8659100000171", "+8659100000172"
WHO = 71
Part = Callable[..., AppTest]


@pytest.fixture
def files(console: Console) -> CustomerFiles:
    """The services behind the page, and one more customer in the books."""
    line = console.at.line
    console.customers, console.consents = CustomerFiles(line, console.accounts), Consents(line, console.accounts)
    line.customers.load([Customer(WHO, "林示例", (NUMBER,), dialect="fuzhou", family_numbers=(SON,))])
    console.appoint()
    return console.customers


@pytest.fixture
def part(console: Console, files: CustomerFiles, signed_in: Part) -> Part:
    """Opens the page as somebody with a role."""

    def open_page(role: Role = Role.AGENT) -> AppTest:
        console.employ("wang.min", role)
        return go_to(signed_in("wang.min"), "customers")

    return open_page


def search(page: AppTest, asked: str, why: str = "客户来电") -> AppTest:
    """Look for somebody."""
    page.text_input(key="customers_asked").set_value(asked)
    page.text_input(key="customers_reason").set_value(why)
    return page.button(key="customers_search").click().run()


def opened(page: AppTest) -> AppTest:
    """The file of the customer of these tests."""
    return search(page, NUMBER).button(key=f"customer-open-{WHO}").click().run()


def field(page: AppTest, name: str) -> str:
    """The key of a field of the form."""
    form = page.session_state["customers_form"]
    return f"customer-form-{form}-{name}"


def now(console: Console) -> Customer:
    """The customer as the books have them."""
    customer = console.at.line.customer_files.get(WHO)
    assert customer is not None
    return customer


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.APPROVER])
def test_who_does_not_speak_with_customers_has_no_such_page(
    console: Console, files: CustomerFiles, signed_in: Part, role: Role
) -> None:
    """Nor does the service tell them anything (see the service's own tests)."""
    console.employ("wang.min", role)
    page = signed_in("wang.min")
    assert "customers" not in {info.get("url_pathname") for info in page._registered_pages.values()}


def test_an_empty_page_teaches_and_asks_for_a_reason(part: Part) -> None:
    """In both languages; without a reason nobody is looked for."""
    page = part()
    words = words_of(page)
    for words_in in (ZH, EN):
        assert words_in["customers.start"] in words
        assert words_in["customers.rule"] in words
    assert ZH["refused.file_reason"] in words_of(search(page, NUMBER, why=" "))
    assert ZH["customers.none"] in words_of(search(page, "没有此人"))


@pytest.mark.parametrize("asked", ["0591-0000 0171", "林示例"])
def test_found_ones_are_masked_until_they_are_opened(part: Part, asked: str) -> None:
    """By number, id, name or the family's number."""
    page = search(part(), asked)
    assert "林**" in words_of(page)
    assert "+86591****71" in words_of(page)
    assert NUMBER not in words_of(page)
    words = words_of(page.button(key=f"customer-open-{WHO}").click().run())
    assert "林示例" in words
    assert NUMBER in words
    assert "wang.min：打开，原因：客户来电" in words


def test_a_change_is_saved_with_its_reason_and_told(console: Console, part: Part) -> None:
    """From the next call on; who changed what and why stands in the file."""
    page = opened(part())
    page.selectbox(key=field(page, "dialect")).set_value("minnan")
    page.selectbox(key=field(page, "elder_flag")).set_value("yes")
    page.button(key="customers_save").click().run()
    assert ZH["refused.file_reason"] in words_of(page)
    assert now(console).dialect == "fuzhou"
    page.text_input(key=field(page, "why")).set_value("客户说的")
    page.button(key="customers_save").click().run()
    words = words_of(page)
    assert ZH["customers.saved"] in words
    assert "（客户说的）" in words
    assert (now(console).dialect, now(console).elder_flag) == ("minnan", True)


def test_a_wrong_number_is_refused_and_nothing_typed_is_lost(console: Console, part: Part) -> None:
    """The page says what to do; the form keeps what was typed."""
    page = opened(part())
    page.text_area(key=field(page, "family_numbers")).set_value("不是号码")
    page.text_input(key=field(page, "why")).set_value("女儿的号码")
    page.button(key="customers_save").click().run()
    assert ZH["refused.file_family"] in words_of(page)
    assert page.text_area(key=field(page, "family_numbers")).value == "不是号码"
    assert now(console).family_numbers == (SON,)


@pytest.mark.parametrize(("decision", "dialect"), [("customers_keep", "minnan"), ("customers_take", "guangzhou")])
def test_two_change_the_same_and_nobody_loses_anything(
    console: Console, files: CustomerFiles, part: Part, decision: str, dialect: str
) -> None:
    """The second sees both values and decides; what only one of them changed is kept either way."""
    page = opened(part())
    colleague = Account("lin.fang", Role.ADMINISTRATOR)
    seen = details_of(now(console))
    files.open(WHO, reason="另一位客服", by=colleague)
    theirs = replace(seen, dialect="guangzhou", hard_of_hearing=True)
    files.save(WHO, seen, theirs, reason="听错了", by=colleague)
    page.selectbox(key=field(page, "dialect")).set_value("minnan")
    page.text_input(key=field(page, "why")).set_value("客户说的")
    page.button(key="customers_save").click().run()
    words = words_of(page)
    assert ZH["refused.file_meanwhile"] in words
    assert ZH["customers.clash"] in words
    assert now(console).dialect == "guangzhou"
    page.button(key=decision).click().run()
    assert ZH["customers.clash"] not in words_of(page)
    assert (now(console).dialect, now(console).hard_of_hearing) == (dialect, True)
    assert field(page, "why")


def test_consent_is_taken_down_and_withdrawn(console: Console, part: Part) -> None:
    """A yes needs its basis; a no does not."""
    page = opened(part())
    page.button(key="customers_consent_yes").click().run()
    assert ZH["refused.consent_basis"] in words_of(page)
    page.text_input(key=field(page, "basis")).set_value("11 月 20 日的表格")
    page.button(key="customers_consent_yes").click().run()
    assert ZH["customers.consent.given"] in words_of(page)
    page.button(key="customers_consent_no").click().run()
    assert console.at.line.sound_clips.consents_of([WHO])[WHO].given  # nothing is deleted by the first press
    assert ZH["consent.withdraw.means_none"] in words_of(page)
    page.button(key="customers_consent_no_leave").click().run()
    assert ZH["consent.withdraw.means_none"] not in words_of(page)
    page.button(key="customers_consent_no").click().run()
    page.button(key="customers_consent_no_do").click().run()
    assert ZH["customers.consent.withdrawn"] in words_of(page)
    assert not console.at.line.sound_clips.consents_of([WHO])[WHO].given


def test_an_agent_neither_exports_nor_deletes(part: Part) -> None:
    """No such button; the service refuses too."""
    keys = {button.key for button in opened(part()).button}
    assert "customers_save" in keys
    assert not keys & {"customers_export", "customers_erase_ask"}


def test_a_supervisor_exports_with_a_reason(part: Part) -> None:
    """The file is there once."""
    page = opened(part(Role.SUPERVISOR))
    page.button(key="customers_export").click().run()
    assert ZH["refused.file_reason"] in words_of(page)
    page.text_input(key=field(page, "export")).set_value("客户要求")
    page.button(key="customers_export").click().run()
    words = words_of(page)
    assert ZH["customers.export.done"] in words
    assert "wang.min：导出，原因：客户要求" in words
    assert "customers_erase_ask" not in {button.key for button in page.button}


def test_an_administrator_deletes_after_typing_the_id(console: Console, part: Part) -> None:
    """What it leads to stands above the button; a wrong id deletes nothing."""
    page = opened(part(Role.ADMINISTRATOR))
    page.button(key="customers_erase_ask").click().run()
    assert ZH["customers.erase.means"] in words_of(page)
    page.text_input(key=field(page, "erase")).set_value("客户书面要求")
    page.text_input(key=field(page, "typed")).set_value("7")
    page.button(key="customers_erase").click().run()
    assert ZH["refused.file_confirm"] in words_of(page)
    now(console)
    page.text_input(key=field(page, "typed")).set_value(str(WHO))
    page.button(key="customers_erase").click().run()
    assert ZH["customers.erased"].format(opted_out=0, greetings=0, texts=0) in words_of(page)
    assert console.at.line.customer_files.get(WHO) is None
    assert "林示例" not in words_of(page)


def test_books_that_cannot_be_read_are_told(console: Console, part: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    """In words, with what to do."""
    page = opened(part())

    def broken(*_: object, **__: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(console.customers, "read", broken)
    assert ZH["customers.trouble"] in words_of(page.run())
