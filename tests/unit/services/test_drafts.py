"""Drafts of forms: each for its writer alone, field by field, for some days, and no secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from elder_channel.drafts.model import About
from elder_channel.drafts.tables import form_drafts
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.drafts import Drafts
from elder_channel.services.errors import DraftRefusedError, NotAllowedError
from elder_channel.storage.engine import reading
from elder_channel.storage.form_drafts import SqlFormDrafts
from tests.fakes.line import LineInMemory, open_test_line

FORM = "order:12:note"


class Staff:
    """Two people, and nobody else."""

    def find(self, username: str) -> Account | None:
        """The account."""
        return Account(username, Role.AGENT) if username in ("wang.min", "he.jun") else None


WANG, HE = Account("wang.min", Role.AGENT), Account("he.jun", Role.AGENT)


@pytest.fixture
def drafts(at: LineInMemory) -> Drafts:
    """The service."""
    return Drafts(at.line, Staff())


def test_a_draft_outlives_the_process_and_is_its_writers_alone(drafts: Drafts, at: LineInMemory) -> None:
    """Another process finds it; a colleague does not, and whose account is gone neither."""
    drafts.keep(FORM, {"words": "女儿下周再打"}, by=WANG, base="12.1", about=About(order_id=12))
    found = Drafts(at.line, Staff()).find(FORM, by=WANG)
    assert found is not None
    assert (found.base, found.fields, found.saved_at) == ("12.1", {"words": "女儿下周再打"}, at.clock())
    assert drafts.find(FORM, by=HE) is None
    assert drafts.mine(by=HE) == []
    with pytest.raises(NotAllowedError):
        drafts.find(FORM, by=Account("gone", Role.ADMINISTRATOR))


def test_two_tabs_of_one_person_keep_each_others_fields(drafts: Drafts) -> None:
    """What was not touched stays, and so does what the form was begun on."""
    drafts.keep(FORM, {"words": "甲", "result": None}, by=WANG, base="12.1")
    drafts.keep(FORM, {"result": "reached"}, by=WANG, base="12.2")
    found = drafts.find(FORM, by=WANG)
    assert found is not None
    assert (found.base, found.fields) == ("12.1", {"words": "甲", "result": "reached"})
    drafts.discard(FORM, by=WANG)
    drafts.discard(FORM, by=WANG)
    assert drafts.find(FORM, by=WANG) is None


def test_law_7_a_draft_ends_after_the_days_of_the_settings(tmp_path: Path) -> None:
    """It is not shown any more, is not added to, and is deleted by the clock."""
    at = open_test_line(tmp_path, ELDER_CHANNEL_PRIVACY__KEEP_DRAFTS_DAYS="2")
    drafts = Drafts(at.line, Staff())
    drafts.keep(FORM, {"words": "旧"}, by=WANG, base="12.1")
    at.clock.forward(days=2)
    assert drafts.find(FORM, by=WANG) is None
    assert drafts.mine(by=WANG) == []
    drafts.keep("order:13:note", {"words": "新"}, by=WANG)
    assert drafts.forget_old() == 1
    with reading(at.line.databases.calls).connect() as connection:
        assert [row.form for row in connection.execute(form_drafts.select())] == ["order:13:note"]
    at.line.databases.dispose()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"password": "jasmine"}, "draft_secret"),
        ({"one_time_code": "7KQF"}, "draft_secret"),
        ({"recording": "UklGRg=="}, "draft_secret"),
        ({"words": b"RIFF"}, "draft_kind"),
        ({"words": ["a", b"RIFF"]}, "draft_kind"),
        ({"words": "很" * 300_001}, "draft_too_long"),
    ],
    ids=["password", "code", "recording", "bytes", "bytes in a list", "too long"],
)
def test_law_7_no_secret_and_no_sound_is_kept(drafts: Drafts, fields: dict[str, object], code: str) -> None:
    """Whichever form asks for it."""
    with pytest.raises(DraftRefusedError) as refused:
        drafts.keep(FORM, fields, by=WANG)  # type: ignore[arg-type] # what a form must not do
    assert refused.value.code == code
    assert drafts.find(FORM, by=WANG) is None


def test_an_act_keeps_its_token_until_it_is_done(drafts: Drafts, at: LineInMemory) -> None:
    """Also for another process, as after a reload; the next act has another, and so has a colleague."""
    first = drafts.token("test-birthday-1", by=WANG)
    assert Drafts(at.line, Staff()).token("test-birthday-1", by=WANG) == first
    assert drafts.token("test-birthday-1", by=HE) != first
    drafts.done("test-birthday-1", first, by=WANG)
    second = drafts.token("test-birthday-1", by=WANG)
    assert second != first
    drafts.done("test-birthday-1", first, by=WANG)  # a second press of the first act
    assert drafts.token("test-birthday-1", by=WANG) == second


def test_a_persons_drafts_are_erased_with_them(at: LineInMemory) -> None:
    """And read out with everything else there is of them."""
    books = SqlFormDrafts(at.line.databases.calls)
    who = next(iter(at.line.customer_files.find("1", number="", limit=1)), None)
    assert who is not None
    about = About(customer_id=who.id)
    books.keep("wang.min", f"customer:{who.id}", {"why": "本人来电"}, base="", about=about, at=at.clock())
    assert at.line.personal_data.read(who.id)["form_drafts"][0]["fields"] == {"why": "本人来电"}
    at.line.personal_data.erase(who.id)
    assert books.find("wang.min", f"customer:{who.id}") is None
