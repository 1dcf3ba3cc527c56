"""Plays one call that might come on a line aside, by the same functions that a real one goes through."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bilingual.messages import Spoken
from bilingual.prompt_lint import spoken_seconds
from dialects.recognizers.port import Recognition
from elder_channel.agents.router import must_hold, waited_seconds
from elder_channel.agents.switches import switches_on
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call, CallState
from elder_channel.calls.steps import Ask, Step
from elder_channel.services.endpointing import endpointing_for
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.routing import RoutingService
from elder_channel.services.said import what_was_said, worth_hearing_again
from elder_channel.services.situation import Situation
from elder_channel.services.speaking import how_to_speak
from elder_channel.services.switching import Switching
from elder_channel.services.team import CurrentTeam
from elder_channel.services.waiting import Waiting
from elder_channel.services.what_if_ear import Hears, Sound
from elder_channel.services.what_if_model import Ending, Question, Said
from elder_channel.telephony.speech import Piece, seconds_of
from elder_channel.telephony.twiml import WAIT_SECONDS

SID = "what-if"
TYPED = "typed"
"""In the place of a recognizer's name: the words were written by who asks."""
TICK_SECONDS = 0.5
LONGEST_SECONDS = 60.0
"""A call that waits longer is told to wait; the trial ends there."""
ACTS_AFTER_SECONDS = 2.0
"""Into the prompt, or the waiting: when the caller speaks or presses."""
RECOGNIZED_AFTER_SECONDS = 1.0
"""About what recognition takes once the caller has finished; the trial does not wait for it."""


@dataclass
class MovingClock:
    """The trial's time, which passes at once."""

    now: datetime

    def __call__(self) -> datetime:
        """The moment."""
        return self.now

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@dataclass
class Played:
    """How the call went."""

    ending: Ending
    call: Call
    situation: Situation | None = None
    """As the router saw the line when it chose, or at the last look."""
    looked_at: Call | None = None
    """The call at that look."""
    held_seconds: float = 0.0
    """For how long the choice waited for a surer dialect."""
    waited_seconds: float = 0.0
    """From asking for a person until a phone rang, or the trial ended."""
    understood_late: bool = False
    """Whether what was said became known only after the choice."""
    heard: list[Said] = field(default_factory=list)


@dataclass(frozen=True)
class _Hearing:
    """An answer of the recognizer."""

    at: datetime
    share: float
    """Of all that is said; 1 for the whole of it."""

    @property
    def final(self) -> bool:
        """Whether the caller has finished."""
        return self.share == 1.0


class Trial:
    """One call, from its ring until somebody's phone rings."""

    def __init__(self, line: Line, clock: MovingClock, question: Question, sound: Sound | None, hears: Hears) -> None:
        self._line, self._clock, self._question = line, clock, question
        self._sound, self._hears = sound, hears
        self._calls, self._knowing = LineService(line), Knowing(line)
        self._switching = Switching(line, self._calls)
        self._routing = RoutingService(line, self._calls)
        self._team, self._waiting = CurrentTeam(line), Waiting(line)
        self._began = clock()
        self._hearings: list[_Hearing] = []
        self._spoken_to_in: str | None = None
        """The language the caller is still spoken to in although another was heard."""
        self._played: list[Said] = []

    def play(self) -> Played:
        """Let it ring, speak and wait."""
        steps = self._calls.arrive(SID, self._question.number, self._question.called)
        if switches_on(self._line.switches.on()).line_drained:
            return Played(Ending.LINE_DRAINED, self._call())
        self._reach_the_queue(steps)
        played = self._wait()
        played.understood_late = bool(self._hearings)
        while self._hearings:  # the choice came first: what was said reaches the ringing call, as on the line
            self._clock.now = max(self._clock.now, self._hearings[0].at)
            self._take_in(self._hearings.pop(0))
            played.call = self._call()
        played.heard = self._played
        return played

    def _call(self) -> Call:
        call = self._line.calls.get(SID)
        assert call is not None, "the call was opened when it rang"
        return call

    def _speaks(self) -> bool:
        return bool(self._question.words or self._sound)

    def _reach_the_queue(self, steps: Iterable[Step]) -> None:
        """Through the prompts, as far as there are any: by voice, by key, or by silence."""
        key = self._question.key
        while self._call().entered_at is None:
            ask = next(step for step in steps if isinstance(step, Ask))
            pieces = self._line.speech.message(ask.message_id, ask.first_language, ask.manner)
            self._play(ask.message_id, pieces)
            if key or self._speaks():
                self._clock.forward(ACTS_AFTER_SECONDS)
            else:
                self._clock.forward(seconds_of(pieces, ask.manner) + self._line.settings.line.prompt_timeout_seconds)
            if not key and self._speaks():
                self._calls.spoke_up(SID)
            else:
                steps = self._calls.gathered(SID, ask.attempt, digits=key, speech="", replays=ask.replays)
                key = ""
        if self._speaks():
            said_by = self._clock() if self._played else self._clock() + timedelta(seconds=ACTS_AFTER_SECONDS)
            self._expect_hearings(said_by)

    def _expect_hearings(self, begins: datetime) -> None:
        """A first one while the caller still speaks, and the whole of it, as `web.listening` asks for them."""
        seconds = self._speaking_seconds()
        first = endpointing_for(self._line, SID).interim_seconds
        shares = [first / seconds, 1.0] if seconds > first else [1.0]
        answered = [begins + timedelta(seconds=share * seconds + RECOGNIZED_AFTER_SECONDS) for share in shares]
        self._hearings = [_Hearing(*each) for each in zip(answered, shares, strict=True)]

    def _speaking_seconds(self) -> float:
        if self._sound:
            return self._sound.seconds
        return spoken_seconds([Spoken(self._question.words, "zh-CN", 0)])

    def _wait(self) -> Played:
        """In the queue: what is heard there, what becomes known, and the router's looks."""
        entered, round_, next_round = self._clock(), 0, self._clock()
        played = Played(Ending.ALL_BUSY, self._call())
        while (self._clock() - entered).total_seconds() <= LONGEST_SECONDS:
            while self._hearings and self._clock() >= self._hearings[0].at:
                self._take_in(self._hearings.pop(0))
            if self._clock() >= next_round:
                next_round += timedelta(seconds=self._wait_round(round_))
                round_ += 1
            self._look(played)
            moves = self._routing.tick()
            played.call = self._call()
            played.waited_seconds = (self._clock() - entered).total_seconds()
            if moves or played.call.state is not CallState.WAITING:
                played.ending = Ending.GIVEN if played.call.agent_id else Ending.HUNT_GROUP
                break
            self._clock.forward(TICK_SECONDS)
        return played

    def _look(self, played: Played) -> None:
        """What the router sees at this moment, kept for telling it afterwards."""
        played.looked_at, played.situation = self._call(), Situation(self._line, self._team(), now=self._clock())
        waiting = played.situation.waiting(played.looked_at)
        waited = waited_seconds(waiting, self._clock())
        held = must_hold(waiting, waited, self._line.settings.routing)
        played.held_seconds += TICK_SECONDS if held else 0.0

    def _wait_round(self, round_: int) -> float:
        """One wait document; how long it is, with the quiet after it."""
        call = self._call()
        self._calls.must_leave_queue(call)  # the carrier has fetched it: the call is in its queue
        seconds = self._play_all(self._waiting.usual(round_, self._waiting.message(call, round_)))
        return seconds + self._waiting.quiet_seconds(call, WAIT_SECONDS, said_seconds=seconds)

    def _take_in(self, hearing: _Hearing) -> None:
        """What was said becomes known, as `web.listening` puts it into the books."""
        before, words = self._call().language, self._question.words
        if self._sound:
            self._listen(self._sound.beginning(hearing.share), final=hearing.final)
        else:
            said = words[: math.ceil(len(words) * hearing.share)]
            self._knowing.heard(SID, text=said, recognizer=TYPED, language_posterior={}, final=hearing.final)
        call = self._call()
        self._spoken_to_in = self._spoken_to_in or (before if call.language != before else None)
        if not hearing.final or call.language == (self._spoken_to_in or call.language) or call.language_chosen:
            return
        if self._switching.speak_now(SID):
            self._calls.must_leave_queue(self._call())
            self._play_all(self._waiting.in_new_language(call, self._waiting.message(call, 0)))

    def _listen(self, sound: Sound, *, final: bool) -> None:
        first = self._hears.hear(sound)
        self._write([first], {}, final=final)
        dialect = worth_hearing_again(self._call(), self._line.settings.recognition) if final else None
        again = self._hears.hear_again(sound, dialect) if dialect else None
        if again:
            self._write([first], {0: again}, final=True)

    def _write(self, utterances: list[Recognition], again: dict[int, Recognition], *, final: bool) -> None:
        self._knowing.heard(SID, final=final, **vars(what_was_said(utterances, again)))

    def _play_all(self, messages: Iterable[str]) -> float:
        how, seconds = how_to_speak(self._call()), 0.0
        for language in how.languages:
            for message_id in messages:
                pieces = self._line.speech.message(message_id, language, how.manner, dialect=how.dialect)
                self._play(message_id, pieces)
                seconds += seconds_of(pieces, how.manner)
        return seconds

    def _play(self, message_id: str, pieces: tuple[Piece, ...]) -> None:
        after = (self._clock() - self._began).total_seconds()
        self._played.append(Said(after, message_id, tuple((piece.language, piece.text) for piece in pieces)))
