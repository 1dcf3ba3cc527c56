"""Recording a prompt: what to say, the microphone or a file, what the check found, and the speaker's consent."""

from __future__ import annotations

import hashlib
import uuid

import streamlit as st

from elder_channel.services.accounts import Account
from elder_channel.services.errors import PromptRefusedError
from elder_channel.services.prompt_checks import Checked
from elder_channel.services.prompt_takes import MAX_CONSENT_CHARACTERS, MAX_SPEAKER_CHARACTERS, Recording
from ui.components.drafts import DraftForm, discard, draft_line, restore, watched
from ui.components.markup import both
from ui.components.outcomes import carry_out
from ui.components.prompt import findings_html, wording_html
from ui.prompt_cards import PromptCard, present_findings
from ui.session import services
from ui.words import ZH, say

PLACE = "prompts"
FORM = "prompt_form"
"""Token of the form that is open; a new one after every take."""
_CHECKED = "prompt_checked"
"""The sound that was checked last, and what was found in it."""
_RATE_HZ = 16_000
_FILES = ["wav", "flac", "mp3", "m4a", "aac", "ogg", "opus", "webm", "amr", "aiff", "mp4"]
_SPEAKER, _BASIS, _CONSENT = (f"prompt_{name}" for name in ("speaker", "basis", "consent"))


def open_form() -> None:
    """Begin with an empty form."""
    st.session_state[FORM] = uuid.uuid4().hex
    st.session_state.pop(_CHECKED, None)


def recording_form(card: PromptCard, voice_tag: str, account: Account) -> None:
    """Draw the form; what was recorded is checked at once."""
    st.html(f'<h3 class="ec-form-title">{both(say("prompt.record"))}</h3>{wording_html(card)}')
    token = st.session_state.get(FORM) or ""
    spoken = st.audio_input(str(say("prompt.record.microphone")), sample_rate=_RATE_HZ, key=f"prompt-mic-{token}")
    sent = st.file_uploader(str(say("prompt.record.file")), type=_FILES, key=f"prompt-file-{token}")
    given = sent or spoken
    sound, name = (given.getvalue(), given.name) if given is not None else (b"", "")
    if given is not None:
        _check(sound, name, card, voice_tag, account)
    form = _form(card.id, account)
    draft_line(form, restore(form))
    speaker, basis = str(say("prompt.record.speaker")), str(say("prompt.record.basis"))
    st.text_input(speaker, max_chars=MAX_SPEAKER_CHARACTERS, **watched(form, "speaker"))
    st.text_input(basis, max_chars=MAX_CONSENT_CHARACTERS // 2, **watched(form, "basis"))
    st.checkbox(str(say("prompt.record.consent")), key=f"{_CONSENT}-{token}")
    st.button(
        str(say("prompt.record.save")),
        key="prompt-save",
        type="primary",
        on_click=_save,
        args=(card.id, voice_tag, sound, name, form),
    )


def _form(message_id: str, account: Account) -> DraftForm:
    """Who speaks, and on what ground it is kept; never the sound."""
    keys = {"speaker": _SPEAKER, "basis": _BASIS}
    return DraftForm(f"prompt:{message_id}:take", keys, {"speaker": account.username, "basis": ""})


def _check(sound: bytes, name: str, card: PromptCard, voice_tag: str, account: Account) -> None:
    """What is wrong with it, told once for each sound: listening to the words takes a second."""
    key = hashlib.sha256(sound + f"{card.id} {voice_tag}".encode()).hexdigest()
    known = st.session_state.get(_CHECKED)
    if known is None or known[0] != key:
        known = (key, _found(sound, name, card, voice_tag, account))
        st.session_state[_CHECKED] = known
    found = known[1]
    if isinstance(found, str):
        st.html(f'<p class="ec-refusal" role="status">{both(say(found))}</p>')
        return
    st.html(findings_html(present_findings(found.findings)))
    verdict, kind = ("bad", "ec-refusal") if found.refused else ("good", "ec-kept")
    st.html(f'<p class="{kind}" role="status">{both(say(f"prompt.record.{verdict}"))}</p>')


def _found(sound: bytes, name: str, card: PromptCard, voice_tag: str, account: Account) -> Checked | str:
    """The findings, or the key of the sentence that says why there are none."""
    try:
        return services().prompt_takes.check(sound, card.id, voice_tag, name=name, by=account)
    except PromptRefusedError as error:
        key = f"refused.{error.code}"
        return key if key in ZH else "desk.failed"


def _save(message_id: str, voice_tag: str, sound: bytes, name: str, form: DraftForm) -> None:
    """What the button does: the take is kept, once however often it is pressed."""
    filled, token = st.session_state, st.session_state.get(FORM) or ""
    agreed = bool(filled.get(f"{_CONSENT}-{token}"))
    basis = (filled.get(_BASIS) or "").strip()
    recording = Recording(
        message_id=message_id,
        voice_tag=voice_tag,
        sound=sound,
        name=name or message_id,
        speaker=filled.get(_SPEAKER) or "",
        consent=f"ticked on the console{'; ' + basis if basis else ''}" if agreed else "",
        token=token,
    )
    if not sound:
        filled[f"{PLACE}_answer"] = ("ec-refusal", say("prompt.record.nothing"))
    elif carry_out(
        lambda by: services().prompt_takes.record(recording, by=by), say("prompt.record.saved"), place=PLACE
    ):
        discard(form)
        open_form()
