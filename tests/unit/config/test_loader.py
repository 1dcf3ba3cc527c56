"""Settings are assembled from three sources, and wrong ones are refused with file, line and key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import ConfigError, Settings, load
from config.loader import assemble
from config.reading import MAX_BYTES, read_yaml
from dialects.catalogue import load_catalogue

DIALECTS = (*load_catalogue().classes, "nan")  # a site might bring a dialect whose id careless readers lose
AGENT = 'schema: 1\nagents:\n  - {{id: a, name: A, contact: "{contact}", dialects: {dialects}}}\n'

SiteWriter = Callable[..., Path]


@pytest.fixture
def site(tmp_path: Path) -> SiteWriter:
    """Return a function that writes the site's files and returns the folder."""

    def write(**files: str | bytes) -> Path:
        folder = tmp_path / "site"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            (folder / f"{name}.yaml").write_bytes(data)
        return folder

    return write


def complaints(folder: Path | None, **env: str) -> list[str]:
    """Return what is said against the settings, with the folder's name cut off."""
    with pytest.raises(ConfigError) as caught:
        load(site=folder, env=env, dialect_ids=DIALECTS)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


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


def test_law_7_sound_kept_without_a_notice_is_warned_of() -> None:
    """The operator may tell callers some other way, and is reminded to; with the notice on nothing is said."""
    kept = {"ELDER_CHANNEL_LEARNING__KEEP_AUDIO": "true"}
    (warning,) = assemble(site=None, env=kept).warnings
    assert "recording_notice" in warning
    assert assemble(site=None, env=kept | {"ELDER_CHANNEL_LINE__RECORDING_NOTICE": "true"}).warnings == ()


SITES = """schema: 1
sites:
  - {id: fuzhou, name: 福州, provinces: [福建], night: true}
  - {id: chengdu, name: 成都, provinces: [PROVINCE]}
"""
TEAM = """schema: 1
agents:
  - {id: lin, name: 林, contact: "client:lin", hunt_group: true, site: SITE, companies: [COMPANY]}
  - {id: wu, name: 吴, contact: "client:wu", site: chengdu}
"""
COMPANIES = """schema: 1
companies:
  - {id: life, zh: 人寿, en: Life, numbers: ["+862100000062"]}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("PROVINCE", "四川省", "sites.yaml:4: sites[1].provinces[0]: no province is called 四川省; did you mean 四川?"),
        ("PROVINCE", "内蒙", "sites.yaml:4: sites[1].provinces[0]: no province is called 内蒙; did you mean 内蒙古?"),
        ("PROVINCE", "Sichuan", "write the short form, such as 福建 or 内蒙古"),
        ("id: chengdu, name", "id: fuzhou, name", "sites.yaml:4: sites[1].id: fuzhou is already the id of sites[0]"),
        ("SITE", "fuzou", "agents.yaml:3: agents[0].site: no site of sites.yaml has this id; did you mean fuzhou?"),
        ("COMPANY", "live", "agents.yaml:3: agents[0].companies[0]: no company of companies.yaml has this id"),
        ('"+862100000062"', '"+862100000060"', "companies.yaml:3: companies[0].numbers[0]: this is the number of the"),
        ("id: life", "id: Life", "companies.yaml:3: companies[0].id: must match"),
    ],
)
def test_sites_and_companies_are_checked_against_each_other(site: SiteWriter, old: str, new: str, said: str) -> None:
    """A site nobody knows of, two of one id, a province spelled as nobody writes it: file, line, key and a hint."""
    right = {"PROVINCE": "四川", "SITE": "fuzhou", "COMPANY": "life"}

    def written(text: str) -> str:
        text = text.replace(old, new)
        for word, value in right.items():
            text = text.replace(word, value)
        return text

    folder = site(sites=written(SITES), agents=written(TEAM), companies=written(COMPANIES))
    assert any(said in complaint for complaint in complaints(folder))


def test_ten_companies_are_one_too_many(site: SiteWriter) -> None:
    """Nine sister companies share the number; the tenth is refused at its line."""
    entries = "".join(f"  - {{id: c{index}, zh: 公司, en: Company}}\n" for index in range(10))
    folder = site(companies=f"schema: 1\ncompanies:\n{entries}")
    assert "companies.yaml:12: companies[9]: there are at most 9 companies on one line" in complaints(folder)


def test_a_site_list_of_ones_own_beside_the_demonstration_team_is_no_mistake(site: SiteWriter) -> None:
    """The packaged team names the packaged sites; a site that has written sites.yaml first can go on from there."""
    settings = load(site=site(sites=SITES.replace("PROVINCE", "四川")), env={})
    assert [place.id for place in settings.sites] == ["fuzhou", "chengdu"]


def test_a_site_where_nobody_sits_is_warned_about(site: SiteWriter) -> None:
    """Allowed, because people come later; said, because it takes no calls until then."""
    team = TEAM.replace("SITE", "fuzhou").replace("companies: [COMPANY]", "companies: []").replace("site: chengdu", "")
    folder = site(sites=SITES.replace("PROVINCE", "四川"), agents=team.replace(", }", "}"))
    assert "sites: nobody sits at chengdu; it takes no calls" in assemble(site=folder, env={}).warnings


def test_a_drained_line_does_not_lead_back_to_itself(site: SiteWriter) -> None:
    """New calls must reach people somewhere else."""
    folder = site(routing='schema: 1\ndrained_line_number: "+862100000060"\n')
    (said,) = complaints(folder)
    assert "this is a number of the line itself" in said


@pytest.mark.parametrize(
    ("files", "about"),
    [
        (
            {"order_types": "schema: 1\norder_types:\n  - {id: callback, zh: 回电, en: Callback, department: tea}\n"},
            "order_types[0].department: no department has the id 'tea'",
        ),
        (
            {
                "order_types": "schema: 1\norder_types:\n"
                "  - {id: callback, zh: 回电, en: Callback, department: hotline, needs: [tea, complaint]}\n"
                "  - {id: callback, zh: 回电, en: Callback, department: hotline, needs: [complaint]}\n"
            },
            "order_types[1].id: callback is already the id of order_types[0]",
        ),
        ({"workorders": "schema: 1\nunserved_type: tea\n"}, "workorders.unserved_type: no order type has the id 'tea'"),
        (
            {"workorders": "schema: 1\ncallback_elder_minutes: 60\n"},
            "callback_urgent_minutes must not exceed callback_elder_minutes",
        ),
        (
            {
                "order_types": "schema: 1\norder_types:\n"
                "  - {id: callback, zh: 回电, en: Callback, department: hotline, elder_minutes: 900}\n"
            },
            "elders go first",
        ),
    ],
)
def test_orders_that_would_belong_to_nobody_are_refused(site: SiteWriter, files: dict[str, str], about: str) -> None:
    """Law 8: departments, types, needs and times of orders fit together, or the settings never go live."""
    assert any(about in complaint for complaint in complaints(site(**files)))
