"""Settings as staff look at them: every section with its fields, proposals, history, versions compared."""

from __future__ import annotations

from typing import Any

from config.environment import variable_name, without_password
from config.fields import FieldSpec, fields_of, section_help
from config.files import is_list_field
from config.layers import Origin, locate
from config.schema import Settings
from config.second_person import concern
from config.taking_over import taking
from elder_channel.agents.settings import Engine
from elder_channel.bootstrap import Line
from elder_channel.secrets import secret_names
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import ServiceError
from elder_channel.services.section_texts import all_values, field_changes, own_values
from elder_channel.services.settings_files import SettingsFiles
from elder_channel.services.settings_model import (
    Comparison,
    Proposal,
    SecretLine,
    Section,
    SectionLine,
    Setting,
    SettingsChange,
    SettingsOverview,
    Standing,
)
from elder_channel.services.settings_proposals import SettingsProposals
from elder_channel.services.site_file import etag_of

MAY_LOOK = frozenset(Role) - {Role.AGENT}
SHOWN_CHANGES = 200


class SettingsBoard:
    """Reads the settings of a site."""

    def __init__(
        self, line: Line, accounts: AccountDirectory, files: SettingsFiles, proposals: SettingsProposals
    ) -> None:
        self._line = line
        self._accounts = accounts
        self._files = files
        self._proposals = proposals

    def look(self, *, by: Account) -> SettingsOverview:
        """All sections at a glance; raises `NotAllowedError`."""
        allowed_role(self._accounts, by, MAY_LOOK)
        self._line.source.reload()
        problem, site = self._line.source.problem, self._line.source.site
        given = self._line.source.environment_gives
        return SettingsOverview(
            sections=tuple(SectionLine(name, self._own(name)) for name in Settings.model_fields),
            can_be_written=self._files.can_be_written,
            folder=str(site or ""),
            problems=tuple(str(each) for each in problem.problems) if problem else (),
            waiting=sum(each.standing is Standing.WAITING for each in self._proposals.all()),
            secrets=tuple(SecretLine(name, given(name)) for name in secret_names()),
            by_taskrouter=self._line.settings.routing.engine is Engine.TASKROUTER,
        )

    def section(self, name: str, *, by: Account) -> Section:
        """One section as its file says it now. Raises `NotAllowedError`, `SettingsRefusedError`, `SiteFileError`."""
        allowed_role(self._accounts, by, MAY_LOOK)
        self._line.source.reload()
        content = self._files.file(name).read()
        problems = self._files.standing_problems(name)
        text = "" if problems else self._files.text(name)
        return Section(
            name=name,
            help=section_help(name),
            file=f"{name}.yaml",
            etag=etag_of(content),
            is_list=is_list_field(name),
            settings=() if problems else self._settings(name, text),
            specs=fields_of(name),
            text=text,
            problems=problems,
        )

    def proposals(self, *, by: Account) -> list[Proposal]:
        """Every proposal, newest first; raises `NotAllowedError`."""
        allowed_role(self._accounts, by, MAY_LOOK)
        return self._proposals.all()

    def changes(self, section: str | None = None, *, by: Account) -> list[SettingsChange]:
        """Who changed what when, of one section or of all, newest first; raises as `section`."""
        allowed_role(self._accounts, by, MAY_LOOK)
        names = list(Settings.model_fields) if section is None else [section]
        found = [change for name in names for change in self._changes_of(name)]
        return sorted(found, key=lambda change: (change.at, change.number), reverse=True)[:SHOWN_CHANGES]

    def compare(self, section: str, earlier: str, later: str, *, by: Account) -> Comparison:
        """Two versions of a section by their etags; raises as `section`."""
        allowed_role(self._accounts, by, MAY_LOOK)
        file = self._files.file(section)
        before, after = (file.version(etag).decode("utf-8") for etag in (earlier, later))
        return Comparison(section, before, after, field_changes(section, before, after))

    def _own(self, name: str) -> int:
        if not self._files.file(name).exists:
            return 0
        try:
            return len(own_values(name, self._files.text(name)))
        except ServiceError:
            return 0  # `problems` say what is wrong with it

    def _settings(self, name: str, text: str) -> tuple[Setting, ...]:
        values, own = all_values(name, text), own_values(name, text)
        if is_list_field(name):
            exists = self._files.file(name).exists
            return tuple(
                Setting(id_, item, exists, self._place((name, place)), taking=taking(name, id_))
                for place, (id_, item) in enumerate(values.items())
            )
        return tuple(self._setting(name, spec, values[spec.key], spec.key in own) for spec in fields_of(name))

    def _setting(self, name: str, spec: FieldSpec, value: Any, is_own: bool) -> Setting:
        origin = self._line.source.assembly.origins.get((name, spec.key))
        held_by = variable_name(name, spec.key) if origin is not None and not origin.in_file else ""
        if held_by:
            value = getattr(self._line.settings, name).model_dump(mode="json")[spec.key]
        return Setting(
            key=spec.key,
            value=without_password(value) if (name, spec.key) == ("server", "database_url") else value,
            is_own=is_own,
            where=self._place((name, spec.key)) if is_own or held_by else "",
            held_by=held_by,
            spec=spec,
            concern=concern(name, spec.key),
            taking=taking(name, spec.key),
        )

    def _place(self, path: tuple[str | int, ...]) -> str:
        origin: Origin | None = locate(self._line.source.assembly.origins, path)
        return str(origin or "")

    def _changes_of(self, name: str) -> list[SettingsChange]:
        file = self._files.file(name)
        current = etag_of(file.read())
        return [
            SettingsChange(
                section=name,
                number=each.number,
                at=each.at,
                by=each.by,
                role=each.role,
                what=each.what,
                note=each.note,
                approved_by=each.approved_by,
                before={each.subject: each.before} if each.subject else each.before,
                after={each.subject: each.after} if each.subject else each.after,
                etag=each.etag,
                holds=each.etag == current,
            )
            for each in file.changes()
        ]
