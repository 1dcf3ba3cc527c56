"""What can go wrong with messages, languages and the line's own sounds.

BilingualError
├── MessagesFileError       a file of messages says something that cannot be
├── UnknownMessageError     nobody wrote this message
├── MessageVariableError    a message was given a value it cannot say, or lacks one
├── LintFileError           a rule, a list or a profile of the prompt linter cannot be used
├── UnknownProfileError     there is no such profile of the prompt linter
├── UnknownLanguageError    the line speaks Chinese and English only
└── PromptAudioError        a sentence cannot be had as sound
    ├── EngineAbsentError   what would speak it is not installed
    ├── EngineFailedError   what speaks it could not say this
    └── PromptManifestError the list of sounds cannot be used
"""

from __future__ import annotations


class BilingualError(Exception):
    """Something about what the line says is wrong."""

    code = "bilingual"
    """Short and stable, for logs and screens."""
    retryable = False
    """Whether trying again could help; here it never does."""


class MessagesFileError(BilingualError):
    """The messages in `{source}` cannot be used: {reason}"""

    code = "messages_file"

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"The messages in `{source}` cannot be used: {reason}")
        self.source = source
        self.reason = reason


class UnknownMessageError(BilingualError):
    """There is no message `{message_id}`."""

    code = "unknown_message"

    def __init__(self, message_id: str) -> None:
        super().__init__(f"There is no message `{message_id}`.")
        self.message_id = message_id


class MessageVariableError(BilingualError):
    """The message `{message_id}` in `{source}`, variable `{variable}`: {reason}"""

    code = "message_variable"

    def __init__(self, message_id: str, variable: str, reason: str, *, source: str) -> None:
        super().__init__(f"The message `{message_id}` in `{source}`, variable `{variable}`: {reason}")
        self.message_id = message_id
        self.variable = variable
        self.reason = reason
        self.source = source


class UnknownLanguageError(BilingualError):
    """The line speaks `zh` and `en`, not `{language}`."""

    code = "unknown_language"

    def __init__(self, language: str, *, message_id: str = "", source: str = "") -> None:
        """`message_id` and `source`, its file, where a message was asked for in that language."""
        asked = f"The message `{message_id}` in `{source}`: the" if message_id else "The"
        super().__init__(f"{asked} line speaks `zh` and `en`, not `{language[:40]}`.")
        self.language = language
        self.message_id = message_id


class LintFileError(BilingualError):
    """The linter's `bilingual/data/lint/{name}` cannot be used: {reason}"""

    code = "lint_file"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"The linter's `bilingual/data/lint/{name}` cannot be used: {reason}")
        self.name = name
        self.reason = reason


class UnknownProfileError(BilingualError):
    """There is no lint profile `{profile_id}`; there are {known}."""

    code = "unknown_profile"

    def __init__(self, profile_id: str, known: tuple[str, ...]) -> None:
        super().__init__(f"There is no lint profile `{profile_id}`; there are {', '.join(known)}.")
        self.profile_id = profile_id


class PromptAudioError(BilingualError):
    """A sentence cannot be had as sound."""

    code = "prompt_audio"


class EngineAbsentError(PromptAudioError):
    """{what} is not there; {remedy}."""

    code = "voice_absent"

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} is not there; {remedy}.")
        self.what = what


class EngineFailedError(PromptAudioError):
    """{engine} cannot say {phrase}: {reason}."""

    code = "voice_failed"

    def __init__(self, engine: str, phrase: str, reason: str) -> None:
        super().__init__(f"{engine} cannot say {phrase}: {reason}.")
        self.engine = engine
        self.phrase = phrase


class PromptManifestError(PromptAudioError):
    """The list of sounds `{file}` cannot be used: {reason}."""

    code = "prompt_manifest"

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"The list of sounds `{file}` cannot be used: {reason}.")
        self.file = file
