"""Everything the page of settings stands on."""

from __future__ import annotations

from dataclasses import dataclass

from elder_channel.bootstrap import Line
from elder_channel.services.corrections import AccountDirectory
from elder_channel.services.settings_approval import SettingsApproval
from elder_channel.services.settings_board import SettingsBoard
from elder_channel.services.settings_editing import SettingsEditing
from elder_channel.services.settings_exchange import SettingsExchange
from elder_channel.services.settings_files import FOLDER, SettingsFiles
from elder_channel.services.settings_proposals import SettingsProposals


@dataclass(frozen=True)
class SettingsDesk:
    """The services of the page."""

    board: SettingsBoard
    editing: SettingsEditing
    approval: SettingsApproval
    exchange: SettingsExchange


def settings_desk(line: Line, accounts: AccountDirectory) -> SettingsDesk:
    """The services on one line."""
    files, proposals = SettingsFiles(line), SettingsProposals(line.state / FOLDER)
    editing = SettingsEditing(line, accounts, files, proposals)
    return SettingsDesk(
        SettingsBoard(line, accounts, files, proposals),
        editing,
        SettingsApproval(line, accounts, files, proposals),
        SettingsExchange(accounts, files, editing),
    )
