"""Settings are assembled from three sources, and wrong ones are refused with file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import Settings, load
from config.loader import assemble
from config.reading import MAX_BYTES, read_yaml
from tests.fakes.settings import DIALECTS, SiteWriter, complaints

AGENT = 'schema: 1\nagents:\n  - {{id: a, name: A, contact: "{contact}", dialects: {dialects}}}\n'


def test_without_a_site_the_packaged_defaults_hold() -> None:
    """A line nobody configured runs on the defaults of the schema, with the demonstration team."""
    settings = load(site=None, env={})
    fields = ("agents", "sites", "companies", "order_types", "departments")
    lists = {field: getattr(settings, field) for field in fields}
    assert settings == Settings(**lists)
    assert len(settings.agents) >= 14


def test_site_wins_over_defaults_and_environment_over_site(site: SiteWriter) -> None:
    """Of three sources the later wins, key by key."""
    folder = site(line="schema: 1\nelder_age: 65\nprompt_attempts: 3\n")
    line = load(site=folder, env={"ELDER_CHANNEL_LINE__ELDER_AGE": "70"}).line
    assert (line.elder_age, line.prompt_attempts, line.prompt_timeout_seconds) == (70, 3, 8)


def test_each_value_knows_where_it_was_written(site: SiteWriter) -> None:
    """The place of a value is the file and line, or the variable, that set it last."""
    folder = site(line="schema: 1\n\nelder_age: 65\n")
    origins = assemble(site=folder, env={"ELDER_CHANNEL_LINE__PROMPT_ATTEMPTS": "1"}).origins
    assert str(origins["line", "elder_age"]) == f"{folder}/line.yaml:3"
    assert str(origins["line", "prompt_attempts"]) == "ELDER_CHANNEL_LINE__PROMPT_ATTEMPTS"
    assert str(origins["routing", "tick_seconds"]).startswith("defaults/routing.yaml:")


def test_lists_are_replaced_and_not_appended_to(site: SiteWriter) -> None:
    """A site's team replaces the demonstration team."""
    folder = site(agents=AGENT.format(contact="+12025550199", dialects="{nan: 4}"))
    (agent,) = load(site=folder, env={}, dialect_ids=DIALECTS).agents
    assert agent.dialects == {"nan": 4}


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("ELDER_CHANNEL_LINE__DEDICATED_NUMBERS", '["+12025550162"]', ("line", "dedicated_numbers", ("+12025550162",))),
        ("ELDER_CHANNEL_LINE__RECORDING_NOTICE", "true", ("line", "recording_notice", True)),
        ("ELDER_CHANNEL_ROUTING__HOLD_BELOW", "1", ("routing", "hold_below", 1.0)),
        ("ELDER_CHANNEL_SERVER__HOST", "0.0.0.0", ("server", "host", "0.0.0.0")),
        (
            "ELDER_CHANNEL_SERVER__DATABASE_URL",
            "postgresql://u:p@h/d",
            ("server", "database_url", "postgresql://u:p@h/d"),
        ),
    ],
)
def test_environment_sets_every_kind_of_value(name: str, text: str, wanted: tuple[str, str, object]) -> None:
    """A text is taken as it stands, everything else as JSON."""
    field, key, value = wanted
    assert getattr(getattr(load(site=None, env={name: text}), field), key) == value


def test_variables_that_are_no_settings_are_left_alone() -> None:
    """The state folder and secrets share the prefix, yet are not settings."""
    assert load(site=None, env={"ELDER_CHANNEL_STATE": "x", "PATH": "/bin", "OTHER__KEY": "1"})


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("ELDER_CHANNEL_LINE__ELDER_AGE", "old", "line.elder_age: must be a whole number"),
        ("ELDER_CHANNEL_LINE__ELDER_AGE", "20", "line.elder_age: must be at least 40, not 20"),
        (
            "ELDER_CHANNEL_LISTENING__MAX_LISTENING_SECONDS",
            "1e999",
            "listening.max_listening_seconds: must be a number",
        ),
        ("ELDER_CHANNEL_LISTENING__MAX_LISTENING_SECONDS", "NaN", "listening.max_listening_seconds: must be a number"),
        ("ELDER_CHANNEL_LINE__DEDICATED_NUMBERS", "+862100000062", "line.dedicated_numbers: must be a list"),
        ("ELDER_CHANNEL_LINE__ELDR_AGE", "60", "no setting has this name; did you mean ELDER_CHANNEL_LINE__ELDER_AGE?"),
        ("ELDER_CHANNEL_AGENTS__ID", "x", "no setting has this name"),
    ],
)
def test_law_8_a_wrong_variable_is_named(name: str, text: str, complaint: str) -> None:
    """What is wrong in the environment names the variable."""
    assert complaints(None, **{name: text}) == [f"{name}: {complaint}"]


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("line", "schema: 1\nelder_age: 30\n", "line.yaml:2: line.elder_age: must be at least 40, not 30"),
        ("line", "schema: 1\n# why\nelder_age: '65'\n", "line.yaml:3: line.elder_age: must be a whole number"),
        ("line", "schema: 1\nelder_age: true\n", "line.yaml:2: line.elder_age: must be a whole number"),
        ("line", "schema: 1\neldr_age: 65\n", "line.yaml:2: line.eldr_age: no such key; did you mean elder_age?"),
        (
            "line",
            "schema: 1\nelder_age:\n",
            "line.yaml:2: line.elder_age: has no value; give one or leave the line out",
        ),
        ("line", "elder_age: 65\n", "line.yaml:1: line.schema: is missing; the file must say schema: 1"),
        ("line", "schema: 2\n", "line.yaml:1: line.schema: version 2 is not known; this program reads schema: 1"),
        ("line", "schema: true\n", "line.yaml:1: line.schema: version True is not known; this program reads schema: 1"),
        ("line", "", "line.yaml:1: the file is empty; it must at least say schema: 1"),
        (
            "line",
            "schema: 1\nelder_age: 65\nelder_age: 66\n",
            "line.yaml:3: line.elder_age: is written twice; it already stands on line 2",
        ),
        ("line", b"schema: 1\nhotline_number: '\xff'\n", "line.yaml:2: this is not UTF-8 text; save the file as UTF-8"),
        (
            "line",
            "schema: 1\na: &x [1]\nb: *x\n",
            "line.yaml:3: aliases (*name) are not taken here; write the value out",
        ),
        (
            "line",
            "schema: 1\nelder_age: !!python/name:os.system x\n",
            "line.yaml:2: line.elder_age: the tag python/name:os.system",
        ),
        ("lines", "schema: 1\n", "lines.yaml: no such settings file"),
        (
            "recognition",
            "schema: 1\nengine: ray\nray_address: ray://ray-head.example:10001\n",
            "recognition.yaml:3: recognition.ray_address: must be host:port of the cluster's head",
        ),
        (
            "recognition",
            "schema: 1\nray_min_replicas: 9\nray_max_replicas: 3\n",
            "recognition.yaml:2: recognition.ray_min_replicas: is 9, above ray_max_replicas, which is 3",
        ),
        ("server", "schema: 1\napi_token: x\n", "server.yaml:2: server.api_token: secrets do not belong in YAML"),
        (
            "server",
            "schema: 1\ndatabase_url: postgresql://u:p@h/d\n",
            "server.yaml:2: server.database_url: this URL holds a password",
        ),
        (
            "server",
            "schema: 1\nconsole_port: 8080\n",
            "server.yaml:2: server.console_port: port 8080 is already given to voice_port",
        ),
        (
            "server",
            "schema: 1\npublic_base_url: ftp://x\n",
            "server.yaml:2: server.public_base_url: must begin with http",
        ),
        (
            "routing",
            "schema: 1\nsteps:\n- {match: group, seconds: 5}\n- {match: exact, seconds: 5}\n",
            "routing.yaml:2: routing.steps: steps must widen: exact cannot come after group",
        ),
        (
            "routing",
            "schema: 1\nsteps:\n- {match: nearly, seconds: 5}\n",
            "routing.yaml:3: routing.steps[0].match: ",
        ),
        (
            "routing",
            "schema: 1\nsteps:\n- {match: exact, seconds: 5, until: 5}\n",
            "routing.yaml:3: routing.steps[0].until: no such key",
        ),
        (
            "line",
            "schema: 1\nhotline_number: '10000'\n",
            "line.yaml:2: line.hotline_number: must be a number in international form",
        ),
        (
            "line",
            "schema: 1\ndedicated_numbers:\n- '+862100000060'\n",
            "line.yaml:3: line.dedicated_numbers[0]: the hotline number cannot",
        ),
        (
            "recognition",
            "schema: 1\nspecialists:\n- nobody\n",
            "recognition.yaml:3: recognition.specialists[0]: no model has the id 'nobody'",
        ),
        (
            "recognition",
            "schema: 1\nspecialists: [whisper-base]\n",
            "recognition.yaml:2: recognition.specialists[0]: Whisper hears everybody first",
        ),
        (
            "recognition",
            "schema: 1\nspecialists: [conformer_talcs-codeswitch_zh_en-16k, conformer_talcs-codeswitch_zh_en-16k]\n",
            "recognition.yaml:2: recognition.specialists[1]: this model is listed twice",
        ),
        (
            "outbound",
            "schema: 1\nfrom_hour: 20\nuntil_hour: 8\n",
            "outbound.yaml:3: outbound.until_hour: must be later than from_hour (20)",
        ),
        (
            "outbound",
            "schema: 1\nurgent_from_hour: 10\n",
            "outbound.yaml:2: outbound.urgent_from_hour: must not be later than from_hour (9)",
        ),
        (
            "outbound",
            "schema: 1\nurgent_until_hour: 18\n",
            "outbound.yaml:2: outbound.urgent_until_hour: must not be earlier than until_hour (20)",
        ),
        (
            "outbound",
            "schema: 1\nretry_minutes: [5, 0]\n",
            "outbound.yaml:2: outbound.retry_minutes: a phone is rung again after one minute",
        ),
        (
            "outbound",
            "schema: 1\nfallback_url: 'handler.example'\n",
            "outbound.yaml:2: outbound.fallback_url: must begin with http:// or https://",
        ),
        (
            "one_tap",
            "schema: 1\ndial_number: '955-19'\n",
            "one_tap.yaml:2: one_tap.dial_number: must be what a telephone dials",
        ),
        ("agents", "schema: 1\nagents: {}\n", "agents.yaml:2: agents: must be a list"),
        ("agents", "schema: 1\nline: {}\n", "agents.yaml:2: line: no such key; this file holds schema and agents"),
        ("agents", "schema: 1\nagents:\n- name: A\n  contact: client:a\n", "agents.yaml:3: agents[0].id: is missing"),
        (
            "agents",
            AGENT.format(contact="12345", dialects="{}"),
            "agents.yaml:3: agents[0].contact: must be '+' and digits",
        ),
        (
            "agents",
            AGENT.format(contact="+862100000060", dialects="{}"),
            "agents.yaml:3: agents[0].contact: this is a number of the line",
        ),
        (
            "agents",
            AGENT.format(contact="client:a", dialects="{klingon: 3}"),
            "agents.yaml:3: agents[0].dialects.klingon: no dialect",
        ),
        (
            "agents",
            AGENT.format(contact="client:a", dialects="{minnan: 6}"),
            "agents.yaml:3: agents[0].dialects.minnan: proficiency must",
        ),
    ],
)
def test_law_8_a_wrong_file_is_refused_with_file_line_and_key(
    site: SiteWriter, name: str, content: str | bytes, complaint: str
) -> None:
    """Whoever made the mistake is led to it, in a sentence."""
    (said,) = complaints(site(**{name: content}))
    assert said.startswith(complaint)


@pytest.mark.parametrize(
    "surprise",
    ["yes", "no", "on", "Off", ".nan", "-.inf", "0o17", "0731", "12:30:15", "1_000", "+65", "2026-11-22", "~", "0x41"],
)
def test_law_8_yaml_that_means_something_else_than_it_looks_is_refused(site: SiteWriter, surprise: str) -> None:
    """Norway's `no`, octal area codes and times of day never become other values behind anyone's back."""
    (said,) = complaints(site(line=f"schema: 1\nelder_age: {surprise}\n"))
    assert said.startswith("line.yaml:2: line.elder_age: ")


def test_law_8_an_unquoted_no_is_not_taken_for_a_dialect(site: SiteWriter) -> None:
    """A key that YAML reads as true, false or a number is refused, while `nan` stays the word it is."""
    (said,) = complaints(site(agents=AGENT.format(contact="client:a", dialects="{no: 3, nan: 3}")))
    assert "agents[0].dialects.no: YAML does not read this key as a word but as bool" in said


def test_law_8_all_problems_are_told_at_once(site: SiteWriter) -> None:
    """One look shows everything that is to be mended, across files and the environment."""
    folder = site(
        line="schema: 1\nelder_age: 30\nprompt_attempts: 9\nunknown: 1\n",
        routing="schema: 1\nhold_below: 2\n",
        privacy="schema: 1\n keep: [\n",
        agents="schema: 1\nagents:\n- {id: a, name: A, contact: 'client:a'}\n"
        "- {id: a, name: B, contact: 'client:a'}\n- {id: 1}\n",
    )
    places = [said.split(": ")[0] for said in complaints(folder, ELDER_CHANNEL_RECOGNITION__WORKERS="0")]
    assert places == [
        *["agents.yaml:4"] * 2,
        *["agents.yaml:5"] * 3,
        "line.yaml:2",
        "line.yaml:3",
        "line.yaml:4",
        "privacy.yaml:2",
        "routing.yaml:2",
        "ELDER_CHANNEL_RECOGNITION__WORKERS",
    ]


def test_law_8_a_site_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A misspelled folder must not silently mean the defaults."""
    assert complaints(tmp_path / "nowhere") == [
        f"{tmp_path / 'nowhere'}: there is no such folder; it should hold the site's settings"
    ]


def test_notes_and_folders_beside_the_settings_are_passed_over(site: SiteWriter) -> None:
    """A README or a folder of recordings may lie in the site folder."""
    folder = site()
    (folder / "README.md").write_text("ours", encoding="utf-8")
    (folder / "prompts").mkdir()
    assert load(site=folder, env={})


def test_a_team_without_hunt_group_is_allowed_with_a_warning(site: SiteWriter) -> None:
    """Without anyone in the hunt group the line works, but the carrier's fallback has nobody to ring."""
    folder = site(agents=AGENT.format(contact="client:a", dialects="{}"))
    (warning,) = assemble(site=folder, env={}).warnings
    assert "hunt_group" in warning


@pytest.mark.parametrize("bomb", ["[" * 50_000, "{a: " * 50_000, "x" * (MAX_BYTES + 1)], ids=["lists", "maps", "size"])
def test_a_yaml_bomb_is_refused_before_it_goes_off(bomb: str) -> None:
    """Bottomless nesting and enormous files end in a sentence, not in a crash."""
    (problem,) = read_yaml(bomb.encode(), source="line.yaml").problems
    assert "nested" in problem.reason or "too large" in problem.reason


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"schema: 1\n{text}".encode(errors="replace")))
def test_no_content_of_a_file_raises(content: bytes) -> None:
    """Whatever lies in a settings file, reading it gives values or problems."""
    layer = read_yaml(content, source="line.yaml")
    assert isinstance(layer.values, dict)
