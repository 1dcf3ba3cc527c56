"""The page with one button: whom it rings, and who may have a link to it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from elder_channel.customers.model import Customer
from elder_channel.one_tap.model import PageState
from elder_channel.outbound.model import Reason
from elder_channel.services.line import LineService
from elder_channel.services.one_tap import LinkRefusedError, MadeLink
from elder_channel.web.app import voice_app
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.one_tap import ELDER, YOUNG, made, outbound, press, rung, service, shows, told
from tests.fakes.webhooks import BASE, HOTLINE, TestClient

MAX_PAGE_BYTES = 10 * 1024


def test_looking_rings_nobody(at: LineInMemory, http: TestClient) -> None:
    """A person, a preview of the link, a prefetch, a crawler: whoever merely looks changes nothing."""
    path = made(at)
    for headers in ({}, {"Sec-Purpose": "prefetch"}, {"User-Agent": "WhatsApp/2"}, {"Purpose": "preview"}):
        answer = http.get(path, headers=headers)
        assert (answer.status_code, shows(answer, PageState.READY)) == (200, True)
    assert http.head(path).status_code == 200
    assert at.line.outbound.newest(1) == []
    assert at.carrier.placed == []


def test_the_button_rings_the_registered_number_once(at: LineInMemory, http: TestClient) -> None:
    """Pressed five times the answer is the same, and so is the one call, which shows the hotline's number."""
    path = made(at)
    page = http.get(path)
    form = {"form": re.findall(r'name="form" value="([^"]+)"', page.text)[0], "number": YOUNG, "To": YOUNG}
    answers = [http.post(path, data=form) for _ in range(5)]
    assert {(answer.status_code, answer.headers["location"]) for answer in answers} == {(303, path)}
    assert shows(http.get(path), PageState.CALLING)
    assert rung(at)
    [asked] = at.carrier.placed
    assert (asked["number"], asked["from_"]) == (ELDER, HOTLINE)


ENGLISH_READER = Customer(93, "Example", ("+8659100000193",), language="en-GB")


@pytest.mark.parametrize(
    ("number", "browser", "first"),
    [
        pytest.param(ELDER, "", "zh-Hans", id="nothing-known"),
        pytest.param(ELDER, "en-US,en;q=0.9", "en", id="the-browser's-wish"),
        pytest.param(ENGLISH_READER.numbers[0], "zh-CN,zh;q=0.9", "en", id="the-books-come-first"),
        pytest.param(ELDER, "fr, de;q=0.5", "zh-Hans", id="a-third-language"),
        pytest.param(ELDER, "en;q=oops, \u00ff;;", "zh-Hans", id="nonsense"),
    ],
)
def test_the_page_comes_first_in_the_reader_s_language(
    at: LineInMemory, http: TestClient, number: str, browser: str, first: str
) -> None:
    """The other language stands below it, in every state."""
    at.line.customers.load([ENGLISH_READER])
    answer = http.get(made(at, number), headers={"Accept-Language": browser.encode("latin-1")})
    assert f'<html lang="{first}">' in answer.text
    assert shows(answer, PageState.READY)
    assert answer.headers["vary"] == "Accept-Language"


def test_the_text_with_the_link_is_in_the_customer_s_language(at: LineInMemory) -> None:
    """With the line's name, the link, and how long it works by the rules of plurals."""
    at.line.customers.load([ENGLISH_READER])
    chinese = service(at).make_link(number=ELDER, made_by="test")
    english = service(at).make_link(number=ENGLISH_READER.numbers[0], made_by="test")
    assert chinese.text.startswith("【长者服务热线】要找我们")
    assert "72 个小时" in chinese.text
    assert "It works for 72 hours." in english.text
    for link in (chinese, english):
        assert link.text.endswith(link.url)


ABROAD = "+12025550193"


@pytest.mark.parametrize(("written", "english"), [(None, True), ("zh", False)], ids=["nothing", "chinese"])
def test_who_called_in_english_gets_the_english_text_and_page(
    at: LineInMemory, http: TestClient, written: str | None, english: bool
) -> None:
    """Where the books say no language; what they say goes before."""
    number = "+8659100000194"
    at.line.customers.load([Customer(94, "某人", (number,), language=written)])
    calls = LineService(at.line)
    calls.arrive("CA1", number, HOTLINE)
    calls.gathered("CA1", 1, digits="9", speech="")
    calls.ended("CA1")
    link = service(at).make_link(number=number, made_by="test")
    assert ("It works for 72 hours." in link.text) == english
    assert ('<html lang="en">' in http.get(link.url.removeprefix(BASE)).text) == english


def test_a_number_from_abroad_of_which_nothing_is_known_gets_both_languages(at: LineInMemory) -> None:
    """English first; nothing is decided by a number."""
    at.line.customers.load([Customer(95, "某人", (ABROAD,))])
    text = service(at).make_link(number=ABROAD, made_by="test").text
    english, chinese = text.split("\n")
    assert "It works for 72 hours." in english
    assert "72 个小时" in chinese


@pytest.mark.parametrize("token", ["x", "a" * 32, "-" * 32, "%00", "é" * 32])
def test_a_wrong_link_still_offers_to_dial(at: LineInMemory, http: TestClient, token: str) -> None:
    """Looked at or pressed."""
    assert http.get(f"/tap/{token}").status_code == 404
    answer = http.post(f"/tap/{token}", data={"form": "x"})
    assert shows(answer, PageState.WRONG_LINK)
    assert at.line.outbound.newest(1) == []


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        pytest.param({}, {}, id="no token"),
        pytest.param({"form": "A" * 16}, {}, id="made up"),
        pytest.param({"form": "own"}, {"Sec-Fetch-Site": "cross-site"}, id="sent by another site"),
        pytest.param({"form": "own", "more": "x" * 5000}, {}, id="far too long"),
    ],
)
def test_a_form_that_is_not_ours_rings_nobody(
    at: LineInMemory, http: TestClient, form: dict[str, str], headers: dict[str, str]
) -> None:
    """The page is shown again, with a button that works."""
    path = made(at)
    own = re.findall(r'name="form" value="([^"]+)"', http.get(path).text)[0]
    sent = {name: own if value == "own" else value for name, value in form.items()}
    answer = http.post(path, data=sent, headers=headers)
    assert (answer.status_code, shows(answer, PageState.READY)) == (403, True)
    assert at.line.outbound.newest(1) == []
    assert press(http, path).status_code == 303


def test_an_expired_link_rings_nobody(at: LineInMemory, http: TestClient) -> None:
    """Its page says so, also when it was loaded in time."""
    path = made(at)
    form = re.findall(r'name="form" value="([^"]+)"', http.get(path).text)[0]
    at.clock.forward(days=4)
    answer = http.post(path, data={"form": form})
    assert (answer.status_code, shows(answer, PageState.EXPIRED)) == (410, True)
    assert shows(http.get(path), PageState.EXPIRED)
    assert at.line.outbound.newest(1) == []


def test_a_number_that_is_registered_no_more_is_not_rung(at: LineInMemory, http: TestClient) -> None:
    """It may be somebody else's by now."""
    path = made(at)
    customer = at.line.customers.at_number(ELDER).owner
    assert customer
    at.line.customers.load([type(customer)(**{**vars(customer), "numbers": (YOUNG + "0",)})])
    assert shows(http.get(path), PageState.EXPIRED)


def test_a_number_that_is_somebody_else_s_by_now_is_not_rung(at: LineInMemory, http: TestClient) -> None:
    """It is in the books still, but not for whom the link was made."""
    path = made(at)
    customer = at.line.customers.at_number(ELDER).owner
    assert customer
    heir = type(customer)(**{**vars(customer), "id": 99, "name": "新主"})
    at.line.customers.load([type(customer)(**{**vars(customer), "numbers": ()}), heir])
    assert shows(http.get(path), PageState.EXPIRED)


def test_a_link_for_a_number_that_several_have_is_nobody_s_in_particular(at: LineInMemory, http: TestClient) -> None:
    """The phone is rung, and the books decide at the pick-up, as for any call; none of them is picked."""
    customer = at.line.customers.at_number(ELDER).owner
    assert customer
    at.line.customers.load([type(customer)(**{**vars(customer), "id": 99, "name": "家人"})])
    path = made(at)
    press(http, path)
    assert at.line.outbound.newest(1)[0].customer_id is None
    assert rung(at)


def test_a_used_link_says_so(at: LineInMemory, http: TestClient) -> None:
    """Once its call is over it is worth nothing."""
    path = made(at)
    press(http, path)
    assert rung(at)
    told(http, at, "in-progress", kind="url")
    answer = http.get(path)
    assert (answer.status_code, shows(answer, PageState.USED)) == (410, True)
    assert http.post(path, data={"form": "x"}).status_code == 403


def test_too_many_taps_are_told_and_the_link_stays_good(at: LineInMemory, http: TestClient) -> None:
    """Three callbacks an hour for one number; later the same link works."""
    for place in range(3):
        later = at.clock() + timedelta(minutes=30)
        outbound(at).request(f"one_tap:{-place}", reason=Reason.ONE_TAP, number=ELDER, not_before=later)
        outbound(at).cancel(f"one_tap:{-place}")
    path = made(at)
    answer = press(http, path)
    assert (answer.status_code, shows(answer, PageState.TOO_MANY)) == (429, True)
    at.clock.forward(3700)
    assert press(http, path).status_code == 303


@pytest.mark.parametrize(
    "settings",
    [
        {"ELDER_CHANNEL_ONE_TAP__ENABLED": "false"},
        {"ELDER_CHANNEL_OUTBOUND__ENABLED": "false"},
        {"ELDER_CHANNEL_OUTBOUND_CEILING__MAX_CALLS_PER_HOUR": "0"},
    ],
    ids=["page off", "engine off", "ceiling reached"],
)
def test_a_line_that_calls_nobody_offers_to_dial(tmp_path: Path, settings: dict[str, str]) -> None:
    """The page says so beforehand."""
    at = open_test_line(tmp_path, ELDER_CHANNEL_SERVER__PUBLIC_BASE_URL=BASE, **settings)
    with structlog.testing.capture_logs(), TestClient(voice_app(at.line), follow_redirects=False) as http:
        answer = http.get(made(at))
    at.line.databases.dispose()
    assert (answer.status_code, shows(answer, PageState.CLOSED)) == (503, True)


def test_law_1_with_the_books_gone_the_page_still_dials(at: LineInMemory, http: TestClient) -> None:
    """A fault of ours is no dead end for who looks at the page."""
    path = made(at)
    form = re.findall(r'name="form" value="([^"]+)"', http.get(path).text)[0]
    with at.line.databases.calls.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE one_tap_links RENAME TO lost")
    for answer in (http.get(path), http.post(path, data={"form": form})):
        assert (answer.status_code, shows(answer, PageState.CLOSED)) == (503, True)


def test_the_page_is_small_and_keeps_its_secrets(at: LineInMemory, http: TestClient) -> None:
    """At most 10 KB with its icon's description, no script, nothing from elsewhere, never the whole number."""
    path = made(at)
    pages = [http.get(path), http.get("/tap"), http.get("/tap/wrong")]
    press(http, path)
    for answer in (*pages, http.get(path)):
        assert len(answer.content) < MAX_PAGE_BYTES
        assert "<script" not in answer.text
        assert not re.search(r"https?://", answer.text)
        assert ELDER not in answer.text
        assert ELDER[-8:] not in answer.text
        assert path.removeprefix("/tap/") not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers
    assert "尾号是 02" in pages[0].text


def test_the_home_screen_gets_the_public_page(http: TestClient) -> None:
    """Manifest and icons are ours and tiny; what is opened from the home screen is no used link."""
    manifest = http.get("/tap-files/manifest.webmanifest").json()
    assert (manifest["start_url"], manifest["display"]) == ("/tap", "standalone")
    for icon in manifest["icons"]:
        answer = http.get(icon["src"])
        assert answer.headers["content-type"] == "image/png"
        assert answer.content.startswith(b"\x89PNG")
        assert len(answer.content) < MAX_PAGE_BYTES
    assert shows(http.get("/tap"), PageState.DIAL)


# The links


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        pytest.param({"number": "+8659100000199"}, "not_registered", id="unknown number"),
        pytest.param({"customer_id": 99}, "not_registered", id="unknown customer"),
        pytest.param({"customer_id": 1, "number": ELDER}, "not_registered", id="another customer's number"),
    ],
)
def test_a_link_is_made_for_registered_numbers_only(at: LineInMemory, asked: dict[str, object], code: str) -> None:
    """Nobody is rung whom the books do not know."""
    with pytest.raises(LinkRefusedError) as caught:
        service(at).make_link(**asked, made_by="test")  # type: ignore[arg-type]
    assert caught.value.code == code


def test_a_customer_with_several_numbers_needs_one_named(at: LineInMemory) -> None:
    """We do not guess which phone is at hand."""
    customer = at.line.customers.at_number(ELDER).owner
    assert customer
    at.line.customers.load([type(customer)(**{**vars(customer), "numbers": (ELDER, "+8613800000000")})])
    with pytest.raises(LinkRefusedError, match="--number"):
        service(at).make_link(customer_id=2, made_by="test")
    link = service(at).make_link(customer_id=2, number=ELDER, made_by="test")
    assert isinstance(link, MadeLink)
    assert link.number == "+86591****02"


def test_a_number_gets_so_many_links_a_day(at: LineInMemory) -> None:
    """A fault elsewhere cannot flood somebody with links."""
    for _ in range(at.line.settings.one_tap.max_links_per_day):
        made(at)
    with pytest.raises(LinkRefusedError) as caught:
        made(at)
    assert caught.value.code == "too_many"
