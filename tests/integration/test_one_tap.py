"""The page with one button, and the call it brings about: through the voice process, with a carrier in memory."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import structlog
from httpx import Response
from twilio.request_validator import RequestValidator

from elder_channel.calls.model import CallState, Entry, Outcome
from elder_channel.one_tap.model import PageState
from elder_channel.outbound.model import OutboundRequest, OutboundState, Reason, Tried
from elder_channel.placing import wait_until
from elder_channel.services.errors import ServiceError
from elder_channel.services.line import LineService
from elder_channel.services.one_tap import LinkRefusedError, MadeLink, OneTapService
from elder_channel.services.outbound import OutboundRefusedError, OutboundService
from elder_channel.services.routing import RoutingService
from elder_channel.telephony.errors import CarrierError
from elder_channel.web.app import voice_app
from elder_channel.web.one_tap_page import page_words
from elder_channel.worker import reconcile
from tests.fakes.carrier import out_of_order
from tests.fakes.line import SECRETS, LineInMemory, open_test_line

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it works with httpx, and says that it would rather have another package
    from starlette.testclient import TestClient

BASE = "https://line.example"
ELDER = "+8659100000102"  # 林示例, born 1941
YOUNG = "+862100000103"
HOTLINE = "+862100000060"
MAX_PAGE_BYTES = 10 * 1024


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line with a public address."""
    opened = open_test_line(tmp_path, ELDER_CHANNEL_SERVER__PUBLIC_BASE_URL=BASE)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def http(at: LineInMemory) -> Iterator[TestClient]:
    """A browser on the running voice process."""
    with structlog.testing.capture_logs(), TestClient(voice_app(at.line), follow_redirects=False) as client:
        yield client


def service(at: LineInMemory) -> OneTapService:
    """The service as the command has it."""
    return OneTapService(at.line, outbound(at))


def outbound(at: LineInMemory) -> OutboundService:
    """The engine."""
    return OutboundService(at.line, LineService(at.line))


def made(at: LineInMemory, number: str = ELDER) -> str:
    """The path of a new link."""
    link = service(at).make_link(number=number, made_by="test")
    assert link.url.startswith(f"{BASE}/tap/")
    return link.url.removeprefix(BASE)


def press(http: TestClient, path: str) -> Response:
    """Load the page and press its button, as a browser without scripts does."""
    page = http.get(path)
    found = re.search(r'name="form" value="([^"]+)"', page.text)
    return http.post(path, data={"form": found[1] if found else "none"})


def shows(answer: Response, state: PageState) -> bool:
    """Whether the page says what it should in this state, in both languages, and can dial."""
    words = page_words().states[state]
    parts = [part for text in (words.zh, words.en) for part in re.split(r"\{\w+\}", text)]
    return all(part in answer.text for part in parts) and f'href="tel:{HOTLINE}"' in answer.text


def the_request(at: LineInMemory) -> OutboundRequest:
    """The latest request."""
    [request] = at.line.outbound.newest(1)
    return request


def rung(at: LineInMemory, times: int = 1) -> bool:
    """Whether the phone has been rung so often, after a moment."""
    return wait_until(lambda: len(at.carrier.placed) >= times, seconds=8) and len(at.carrier.placed) == times


def told(http: TestClient, at: LineInMemory, status: str, *, kind: str = "status_url", **more: str) -> Response:
    """Word of the carrier about the latest call it placed, signed."""
    asked = at.carrier.placed[-1]
    form = {"CallSid": str(asked["sid"]), "CallStatus": status, "Direction": "outbound-api", "From": HOTLINE,
            "To": str(asked["number"]), **more}  # fmt: skip
    url = str(asked[kind]).partition("#")[0]  # what stands behind it is for the carrier itself
    signature = RequestValidator(SECRETS["TWILIO_AUTH_TOKEN"]).compute_signature(url, form)
    return http.post(url.removeprefix(BASE), data=form, headers={"X-Twilio-Signature": signature})


# The page


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
    assert the_request(at).customer_id is None
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


# The call


def test_who_picks_up_hears_who_calls_and_is_in_the_queue(at: LineInMemory, http: TestClient) -> None:
    """However often the carrier asks: one call in the books, entered by one tap, an elder by the books."""
    press(http, made(at))
    assert rung(at)
    answers = [told(http, at, "in-progress", kind="url") for _ in range(2)]
    for answer in answers:
        document = ET.fromstring(answer.text)
        assert [verb.tag for verb in document if verb.tag not in ("Say", "Pause")] == ["Start", "Enqueue"]
        spoken = "".join(verb.text or "" for verb in document.findall("Say"))
        assert "这里是长者服务热线" in spoken
        assert "要我们打给您" in spoken
    call = at.line.calls.get(str(at.carrier.placed[0]["sid"]))
    assert call
    assert (call.caller_number, call.entry, call.elder, call.state) == (
        ELDER, Entry.ONE_TAP, True, CallState.WAITING)  # fmt: skip
    assert the_request(at).state is OutboundState.ANSWERED
    note = at.line.calls.handover(call.sid)
    assert note
    assert "一键" in note.text


def test_nobody_is_moved_on_before_who_calls_has_been_said(at: LineInMemory) -> None:
    """The router waits for the end of the greeting, or for the carrier's word that the call is in the queue."""
    engine, calls = outbound(at), LineService(at.line)
    router = RoutingService(at.line, calls)
    for sid in ("CA1", "CA2"):
        engine.answered(0, 1, sid, number=ELDER if sid == "CA1" else YOUNG, answered_by="")
        at.line.calls.recognition_is_off(sid)
    at.clock.forward(4)
    assert router.tick() == []
    call = at.line.calls.get("CA1")
    assert call
    assert not calls.must_leave_queue(call)  # the wait document is asked for
    assert [move.sid for move in router.tick()] == ["CA1"]
    at.clock.forward(8)  # word of the second never came
    assert [move.sid for move in router.tick()] == ["CA2"]


def test_law_1_who_hangs_up_in_the_queue_is_somebody_s_work_order(at: LineInMemory, http: TestClient) -> None:
    """From the pick-up on the call is like any other."""
    press(http, made(at))
    assert rung(at)
    told(http, at, "in-progress", kind="url")
    for _ in range(2):
        told(http, at, "completed", CallDuration="12")
    sid = str(at.carrier.placed[0]["sid"])
    call, order = at.line.calls.get(sid), at.line.work_orders.of_call(sid)
    assert call
    assert order
    assert (call.outcome, call.caller_number) == (Outcome.CALLBACK, ELDER)


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled"])
def test_law_1_who_is_not_reached_is_rung_again_and_then_a_work_order(
    at: LineInMemory, http: TestClient, status: str
) -> None:
    """By the settings: again after one minute, after five, then somebody owns it. Each word may come twice."""
    press(http, made(at))
    for attempt, minutes in ((1, 1), (2, 5), (3, 0)):
        assert rung(at, attempt)
        for each in ("initiated", "ringing", status, status, "ringing"):
            told(http, at, each)
        if minutes:
            assert the_request(at).state is OutboundState.WAITING
            at.clock.forward(minutes * 60 - 1)
            at.clock.forward(2)
    request = the_request(at)
    assert (request.state, request.attempts, request.last_outcome) == (OutboundState.GAVE_UP, 3, Tried(status))
    sid = str(at.carrier.placed[-1]["sid"])
    call = at.line.calls.get(sid)
    assert call
    assert (call.caller_number, call.entry, call.outcome) == (ELDER, Entry.ONE_TAP, Outcome.CALLBACK)
    assert at.line.work_orders.of_call(sid)


def orders_of(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Every order in which the carrier's words can come, and each again with its last word said twice."""
    return [way + again for way in sorted(set(permutations(words))) for again in ((), way[-1:])]


def test_in_whatever_order_word_comes_of_a_phone_nobody_answered(at: LineInMemory, http: TestClient) -> None:
    """One attempt in vain, one more to come."""
    for place, way in enumerate(orders_of(("initiated", "ringing", "no-answer", "no-answer"))):
        outbound(at).request(f"one_tap:{place}", reason=Reason.ONE_TAP, number=f"+8659100000{place:03}")
        assert rung(at, place + 1)
        for word in way:
            told(http, at, word)
        request = the_request(at)
        assert (request.state, request.attempts) == (OutboundState.WAITING, 1), way
        outbound(at).cancel(request.key)
        at.clock.forward(2)


def test_in_whatever_order_word_comes_of_a_phone_that_was_picked_up(at: LineInMemory, http: TestClient) -> None:
    """Rung once, one call in the books, closed; who was not served is somebody's work order (law 1)."""
    for place, way in enumerate(orders_of(("initiated", "ringing", "document", "completed"))):
        outbound(at).request(f"one_tap:{place}", reason=Reason.ONE_TAP, number=f"+8659100000{place:03}")
        assert rung(at, place + 1)
        for word in way:
            told(http, at, "in-progress", kind="url") if word == "document" else told(http, at, word)
        assert the_request(at).state is OutboundState.ANSWERED, way
        sid = str(at.carrier.placed[-1]["sid"])
        call = at.line.calls.get(sid)
        assert call
        assert (call.state, call.outcome) == (CallState.ENDED, Outcome.CALLBACK), way
        assert at.line.work_orders.of_call(sid)
        at.clock.forward(2)


def test_an_ordinary_callback_waits_for_the_morning_and_leaves_the_order_it_has(
    at: LineInMemory, http: TestClient
) -> None:
    """At three in the night nobody is rung for it; given up, it opens no second order."""
    at.clock.forward(11 * 3600)  # 03:00 in Shanghai
    engine = outbound(at)
    engine.request("order:7:1", reason=Reason.CALLBACK_ORDER, number=YOUNG, customer_id=3)
    assert engine.tick() is None
    at.clock.forward(6 * 3600)
    for attempt in (1, 2, 3):
        assert rung(at, attempt)
        told(http, at, "no-answer")
        at.clock.forward(301)
    request = engine.find("order:7:1")
    assert request
    assert request.state is OutboundState.GAVE_UP
    assert at.line.calls.open_or_ended_since(at.clock.now.replace(year=2000)) == []


def test_a_callback_says_who_calls_back(at: LineInMemory, http: TestClient) -> None:
    """Another reason, another sentence and another entry."""
    outbound(at).request("order:8:1", reason=Reason.CALLBACK_ORDER, number=YOUNG)
    assert rung(at)
    answer = told(http, at, "in-progress", kind="url")
    assert "给您回电" in answer.text
    call = at.line.calls.get(str(at.carrier.placed[0]["sid"]))
    assert call
    assert call.entry is Entry.CALLED_BACK


def test_a_machine_that_answers_is_nobody(at: LineInMemory, http: TestClient) -> None:
    """Where the carrier tells machines apart, no agent is given one, and the phone is rung again."""
    press(http, made(at))
    assert rung(at)
    answer = told(http, at, "in-progress", kind="url", AnsweredBy="machine_start")
    assert [verb.tag for verb in ET.fromstring(answer.text)] == ["Hangup"]
    told(http, at, "completed", CallDuration="4")
    request = the_request(at)
    assert (request.state, request.last_outcome) == (OutboundState.WAITING, Tried.MACHINE)
    assert at.line.calls.get(str(at.carrier.placed[0]["sid"])) is None


def test_law_1_picked_up_and_never_served_is_a_work_order(at: LineInMemory, http: TestClient) -> None:
    """Our document was never fetched: the carrier's last word leaves the order."""
    press(http, made(at))
    assert rung(at)
    told(http, at, "completed", CallDuration="9")
    assert at.line.work_orders.of_call(str(at.carrier.placed[0]["sid"]))
    assert the_request(at).state is OutboundState.ANSWERED


# The carrier's faults


def test_a_carrier_that_refuses_is_not_asked_again(at: LineInMemory) -> None:
    """A number it will not call becomes a work order at once."""
    engine = outbound(at)
    engine.request("one_tap:1", reason=Reason.ONE_TAP, number=ELDER)
    at.carrier.failure = CarrierError("not a valid number", code="21211", retryable=False)
    request = engine.tick()
    assert request
    engine.place(request)
    at.carrier.failure = None
    assert the_request(at).last_outcome is Tried.REFUSED
    assert at.line.work_orders.of_call(f"outbound-{request.id}")


def test_a_carrier_that_is_full_is_asked_again_soon(at: LineInMemory) -> None:
    """Nothing was rung, so nothing was tried."""
    engine = outbound(at)
    engine.request("one_tap:1", reason=Reason.ONE_TAP, number=ELDER)
    at.carrier.failure = CarrierError("Too Many Requests", code="20429", retryable=True)
    request = engine.tick()
    assert request
    engine.place(request)
    at.carrier.failure = None
    assert (the_request(at).state, the_request(at).attempts) == (OutboundState.WAITING, 0)
    at.clock.forward(11)
    again = engine.tick()
    assert again
    assert again.attempts == 1


def test_an_answer_that_was_lost_is_no_second_call(at: LineInMemory) -> None:
    """The phone may be ringing. Only when no word of it comes is it counted as lost, and rung again."""
    engine = outbound(at)
    engine.request("one_tap:1", reason=Reason.ONE_TAP, number=ELDER)
    at.carrier.failure = out_of_order()
    request = engine.tick()
    assert request
    engine.place(request)
    at.carrier.failure = None
    at.clock.forward(30)
    assert engine.look_after() == 0
    assert engine.tick() is None
    at.clock.forward(90)
    reconcile(at.line)
    assert (the_request(at).state, the_request(at).last_outcome) == (OutboundState.WAITING, Tried.LOST)
    at.clock.forward(61)
    again = engine.tick()
    assert again
    assert again.attempts == 2


def test_a_call_that_still_rings_is_left_alone(at: LineInMemory) -> None:
    """No word for two minutes, yet the carrier says that the call is live."""
    engine = outbound(at)
    engine.request("one_tap:1", reason=Reason.ONE_TAP, number=ELDER)
    request = engine.tick()
    assert request
    engine.place(request)
    at.clock.forward(120)
    assert engine.look_after() == 0
    at.carrier.over.add(str(at.carrier.placed[0]["sid"]))
    assert engine.look_after() == 1


def test_law_1_a_tap_nobody_could_serve_for_an_hour_is_a_work_order(at: LineInMemory) -> None:
    """The ceilings were reached, or the voice process was down."""
    engine = outbound(at)
    engine.request("one_tap:1", reason=Reason.ONE_TAP, number=ELDER)
    at.clock.forward(3601)
    assert engine.look_after() == 1
    assert engine.tick() is None
    assert at.line.work_orders.of_call(f"outbound-{the_request(at).id}")


def test_a_ceiling_that_is_reached_is_an_alarm_once_an_hour(tmp_path: Path) -> None:
    """Logged as an error with calls and cost; nobody is rung beyond it, and after the hour it goes on."""
    at = open_test_line(tmp_path, ELDER_CHANNEL_OUTBOUND_CEILING__MAX_CALLS_PER_HOUR="2",
                        ELDER_CHANNEL_OUTBOUND_CEILING__WARN_AT_SHARE="1")  # fmt: skip
    engine = outbound(at)
    for place in range(4):
        engine.request(f"one_tap:{place}", reason=Reason.ONE_TAP, number=f"+865910000020{place}")
    claims = []
    with structlog.testing.capture_logs() as logged:
        for _ in range(5):
            claims.append(engine.tick())
            at.clock.forward(2)
    at.clock.forward(3600)
    assert [request is not None for request in claims] == [True, True, False, False, False]
    told_of = [entry for entry in logged if entry["event"] == "outbound.ceiling"]
    assert [(entry["log_level"], entry["verdict"], entry["calls"]) for entry in told_of] == [("error", "too_many", 2)]
    with structlog.testing.capture_logs():
        assert engine.tick()
    at.line.databases.dispose()


@pytest.mark.parametrize("number", ["anonymous", "", "no number"])
def test_nobody_can_be_called_without_a_number(at: LineInMemory, number: str) -> None:
    """Told at once, not at the first attempt."""
    with pytest.raises(OutboundRefusedError):
        outbound(at).request("order:1:1", reason=Reason.CALLBACK_ORDER, number=number)
    assert issubclass(OutboundRefusedError, ServiceError)
