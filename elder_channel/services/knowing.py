"""What is known of a caller: evidence in, identification, language and need out, and the note written anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from bilingual.hearing import asks_for_louder
from bilingual.language import UNKNOWN_LANGUAGE, LanguageEvidence, LanguageReason, choose_language
from bilingual.other_language import other_language
from dialects.area import number_evidence
from dialects.catalogue import Catalogue
from dialects.evidence import Evidence, Identification, Source
from dialects.hearing import spoken_evidence
from dialects.identify import identify
from dialects.intents import HeardNeed, find_need
from dialects.needs import is_urgent, need_name
from dialects.recognizers.trust import Trust, judge_trust
from dialects.text import simplified
from elder_channel.bootstrap import Line
from elder_channel.calls.about_caller import about_caller
from elder_channel.calls.handover import write_handover
from elder_channel.calls.model import Call, Entry, Handover, RecognitionState, SaidStretch
from elder_channel.calls.passing import tell_passing
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.customers.model import AtNumber, Customer, is_elder
from elder_channel.going_on import GoingOn
from elder_channel.services.book_evidence import evidence_of_books
from elder_channel.services.noting import hears_badly
from elder_channel.services.returning import Returning
from elder_channel.services.subtitles import words_in
from elder_channel.workorders.model import WorkOrder

log = structlog.get_logger()

ENGLISH = "en"


class Knowing:
    """Puts evidence together and keeps what it adds up to."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._returning = Returning(line)

    def before_a_word(self, number: str, at_number: AtNumber) -> Identification:
        """What number and books say of the dialect, before the caller has said anything."""
        return self._identify(self._standing_evidence(number, at_number))

    def heard(
        self,
        sid: str,
        *,
        text: str,
        recognizer: str,
        language_posterior: Mapping[str, float],
        final: bool,
        acoustic: Mapping[str, float] | None = None,
        first_text: str | None = None,
        stretches: Sequence[SaidStretch] = (),
    ) -> Call | None:
        """Take in what was heard of the caller so far; returns the call as it stands then, None when unknown.

        `acoustic` is what the recognizer's head makes of the sound; without it the language posterior speaks alone.
        `first_text` is what Whisper wrote where `text` is of a recognizer made for the dialect: that one writes its own
        dialect whatever it hears, so only Whisper's words are evidence. `stretches` are `text` with its times.

        A late result reaches a waiting, ringing or open call alike: it lies in the books for whoever asks next.
        """
        call = self._line.calls.get(sid)
        if call is None:
            return None
        impartial = text if first_text is None else first_text
        self._settle_language(call, impartial, language_posterior, final=final)
        call = self._line.calls.get(sid) or call
        evidence = self._standing_evidence(call.caller_number, self._line.customers.at_number(call.caller_number))
        catalogue = self._line.catalogue
        evidence += spoken_evidence(
            impartial, language_posterior, acoustic or {}, catalogue, is_english=call.language == ENGLISH
        )
        heard: dict[str, Any] = {
            "transcript": simplified(text) or None,  # Whisper writes what it likes; agents read simplified characters
            "stretches": [replace(each, text=simplified(each.text)) for each in stretches],
            "recognizer": recognizer,
            "recognition": RecognitionState.HEARD,
            "need": self._need(call, text, impartial),
        }
        self._keep(sid, self._identify(evidence), heard, final=final)
        if asks_for_louder(heard["transcript"] or ""):
            hears_badly(self._line, sid, reason="said so")
        return self.write_note(sid)

    def that_was_all(self, sid: str) -> None:
        """The last interim turned out to be all that was said: it stands as it is."""
        self._line.calls.identification_stands(sid)

    def chose_english(self, sid: str) -> None:
        """The caller pressed the key for English: what the sound was taken for before is no evidence any more."""
        call = self._line.calls.get(sid)
        if call and call.transcript and call.identification:
            heard_of = (
                {"en": 1.0} if any(each.source is Source.ACOUSTIC for each in call.identification.evidence) else {}
            )
            evidence = self._standing_evidence(call.caller_number, self._line.customers.at_number(call.caller_number))
            evidence += spoken_evidence(call.transcript, heard_of, {}, self._line.catalogue, is_english=True)
            self._keep(sid, self._identify(evidence), {}, final=call.identified_finally)
        self.write_note(sid)

    def _settle_language(self, call: Call, text: str, language_posterior: Mapping[str, float], *, final: bool) -> None:
        choice = choose_language(
            LanguageEvidence(
                english_probability=language_posterior.get("en", 0.0) if language_posterior else None,
                transcript=text,
                settled=call.language,
                chosen_by_key=call.language_chosen,
                asked_for_english=call.entry is Entry.ENGLISH,
                sounds_like=other_language(language_posterior, at_least=self._line.settings.line.unknown_language_from),
                is_final=final,
            )
        )
        if choice.reason is LanguageReason.OTHER:
            like = choice.sounds_like or UNKNOWN_LANGUAGE
            news = self._line.calls.speaks_another(call.sid, language=UNKNOWN_LANGUAGE, like=like)
        elif choice.reason in (LanguageReason.SPEECH, LanguageReason.WORDS):
            news = self._line.calls.speaks(call.sid, language=choice.language)
        else:
            return
        if news:
            language = UNKNOWN_LANGUAGE if choice.sounds_like else choice.language
            log.info("language.chosen", call=call.sid, language=language, reason=choice.reason, when=choice.when)

    def _need(self, call: Call, text: str, impartial: str) -> str | None:
        """The need to keep: what the words name now, those of who knows the dialect first, then Whisper's.

        An urgent one stays, though a second hearing misses it.
        """
        heard = self._find_need(text) or (self._find_need(impartial) if impartial != text else None)
        if is_urgent(call.need) and (heard is None or not is_urgent(heard.need.id)):
            return call.need
        if heard and is_urgent(heard.need.id) and not is_urgent(call.need):
            log.info("need.urgent", call=call.sid, need=heard.need.id, exact=heard.exact)
        return heard.need.id if heard else None

    def _find_need(self, text: str) -> HeardNeed | None:
        """What the words name; None too when the matching fails: the words themselves must still reach the agent."""
        with GoingOn("need.matching_failed"):
            return find_need(text, self._line.catalogue)
        return None

    def need_in_words(self, call: Call) -> str | None:
        """The need for whoever answers, with what it was known by: `报案(像「报案」,听写为「抱安」,可信度约 48%)`."""
        if call.need is None:
            return None
        heard = self._find_need(call.transcript) if call.transcript else None
        if heard is None or heard.need.id != call.need:
            return f"{need_name(call.need)}(先前听到)"
        return f"{heard.need.zh}({heard.evidence},可信度约 {heard.confidence:.0%})"

    def note_on(
        self, call: Call, *, at_number: AtNumber | None = None, orders: Sequence[WorkOrder] | None = None
    ) -> Handover:
        """The handover note on a call as it is given; `at_number` and `orders` spare reading them again."""
        at_number = self._line.customers.at_number(call.caller_number) if at_number is None else at_number
        orders = self._returning.orders_of(call) if orders is None else orders
        return write_handover(
            call,
            dialect_name=self._line.catalogue.name,
            need=self.need_in_words(call),
            urgent=is_urgent(call.need),
            trust=trust_in(call, self._line.catalogue),
            about=self._about(call, at_number),
            orders=self._returning.in_words(orders, call, at_number),
            passed=self._who_had_it(call),
            words=[(word.word, word.mandarin) for word in words_in(call, self._line.catalogue)],
        )

    def _who_had_it(self, call: Call) -> str:
        settings = self._line.settings
        agents = {agent.id: agent.name for agent in settings.agents}
        companies = {company.id: company.zh for company in settings.companies}
        sites = {site.id: site.name for site in settings.sites}
        return tell_passing(
            call.passed_on,
            agent_name=lambda id_: agents.get(id_, id_),
            company_name=lambda id_: companies.get(id_, id_),
            site_name=lambda id_: sites.get(id_, id_),
        )

    def _about(self, call: Call, at_number: AtNumber) -> str:
        today, age = self._now().astimezone(HOTLINE_ZONE).date(), self._line.settings.line.elder_age

        def old(customer: Customer) -> bool:
            return is_elder(customer, today=today, elder_age=age)

        return about_caller(call, at_number, is_elder=old)

    def write_note(self, sid: str) -> Call | None:
        """Write the handover note from what is known now."""
        call = self._line.calls.get(sid)
        if call is None:
            return None
        self._line.calls.keep_handover(sid, self.note_on(call), at=self._now())
        return call

    def cannot_listen(self, sid: str) -> None:
        """Keep that recognition was off for this call; the note says so and the router stops holding."""
        self._line.calls.recognition_is_off(sid)
        self.write_note(sid)

    def _keep(self, sid: str, identification: Identification, heard: Mapping[str, Any], *, final: bool) -> None:
        self._line.calls.keep_identification(sid, identification, finally_=final, at=self._now(), heard=heard)

    def _standing_evidence(self, number: str, at_number: AtNumber) -> list[Evidence]:
        settings, catalogue = self._line.settings.identification, self._line.catalogue
        by_number = number_evidence(number, catalogue, settings)
        by_books = evidence_of_books(at_number, catalogue)
        return [item for item in (by_number, by_books) if item]

    def _identify(self, evidence: list[Evidence]) -> Identification:
        return identify(evidence, catalogue=self._line.catalogue, settings=self._line.settings.identification)

    def _now(self) -> datetime:
        return self._line.clock()


def trust_in(call: Call, catalogue: Catalogue) -> Trust | None:
    """How far what the machine wrote down of the call is to be trusted; None when nothing can be told yet."""
    posterior = call.identification.posterior if call.identification else {}
    heard_by = call.recognizer if call.transcript else None
    return judge_trust(heard_by, posterior, is_english=call.language == ENGLISH, catalogue=catalogue)
