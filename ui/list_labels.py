"""Lists keep what was chosen in them when the language, and with it every label, changes.

Streamlit 1.67 knows an option by its label: the browser sends the label, and a label that is none of the present ones
counts as nothing chosen. So a label of any language is understood (`understand_every_language`), and the lists that
stand in the browser are given their labels anew (`relabel`). What was chosen in a form that has not been sent is
known to the browser alone: `ui.list_script` has it told in the address of the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import wraps
from typing import Any

import streamlit as st
from streamlit.elements.widgets.multiselect import MultiSelectSerde
from streamlit.elements.widgets.radio import RadioSerde
from streamlit.elements.widgets.selectbox import SelectboxSerde
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui.languages import ScreenLanguage, drawing

HELD = "held"
"""What the browser's lists hold, as a parameter of the address: JSON of the key's class name to a label (a select box
in a form), a place (radio buttons in a form), or null (the server knows it)."""
SWITCH = "screen_language"
"""The key of the switch of the language, whose use has the lists told."""
_SERDES = (SelectboxSerde, RadioSerde, MultiSelectSerde)
_UNFIT_IN_A_CLASS_NAME = re.compile(r"[^a-zA-Z0-9_-]")


def understand_every_language() -> None:
    """From now on a label of another language than the one that is drawn counts as the same option."""
    for serde in _SERDES:
        if not hasattr(serde.deserialize, "__wrapped__"):
            serde.deserialize = _understanding(serde.deserialize)  # type: ignore[method-assign] # no hook for this


def _understanding(deserialize: Any) -> Any:
    @wraps(deserialize)
    def understood(serde: Any, told: Any) -> Any:
        if told is None or isinstance(told, str):
            return deserialize(serde, told and _label_now(serde, told))
        return deserialize(serde, [_label_now(serde, label) for label in told])

    return understood


def _label_now(serde: Any, label: str) -> str:
    """The present label of the option that `label` names in any language; `label` itself where it names none."""
    if label in serde.formatted_option_to_option_index:
        return label
    for language in ScreenLanguage:
        with drawing(language):
            for option, now in zip(serde.options, serde.formatted_options, strict=False):
                if serde.format_func(option) == label:
                    return str(now)
    return label


def relabel() -> None:
    """Send every list that stands in the browser its labels anew, on what is chosen in it; before the language turns.

    Lists the browser says nothing of stay as they are: their labels are old then, and understood.
    """
    held = _held()
    for key, serde in _lists():
        name = _UNFIT_IN_A_CLASS_NAME.sub("-", key.strip())
        if name in held:
            _hold(key, serde, held[name])


def forget_held() -> None:
    """Take out of the address what is no longer needed there."""
    if HELD in st.query_params:
        del st.query_params[HELD]


def _held() -> Mapping[str, Any]:
    try:
        held = json.loads(st.query_params.get(HELD, "{}"))
    except ValueError:  # anything may stand in an address
        return {}
    return held if isinstance(held, dict) else {}


def _lists() -> Iterator[tuple[str, Any]]:
    """Key and labels of each list that was drawn."""
    context = get_script_run_ctx()
    if context is None:
        return
    state = context.session_state._state
    for widget_id, metadata in list(state._new_widget_state.widget_metadata.items()):
        serde = getattr(metadata.deserializer, "__self__", None)
        key = state._key_id_mapper.id_key_mapping.get(widget_id)
        if isinstance(serde, _SERDES) and key is not None and key in st.session_state:
            yield key, serde


def _hold(key: str, serde: Any, held: str | int | None) -> None:
    """Set the list to what the browser holds; setting it, to the same even, has Streamlit send the label anew."""
    if held is None:
        st.session_state[key] = st.session_state[key]
    elif isinstance(held, int) and 0 <= held < len(serde.options):
        st.session_state[key] = serde.options[held]
    elif isinstance(held, str) and held in serde.formatted_option_to_option_index:
        st.session_state[key] = serde.deserialize(held)


understand_every_language()
