"""The line's sentences as sound: rendered by an engine or spoken by a person, at one loudness, found by their words."""

from bilingual.prompt_audio.recorded import NoRecordedPrompts, RecordedPrompt, RecordedPrompts, words_hash

__all__ = ["NoRecordedPrompts", "RecordedPrompt", "RecordedPrompts", "words_hash"]
