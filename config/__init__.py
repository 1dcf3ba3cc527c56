"""Settings: packaged defaults, then the site's files, then the environment.

Wrong settings are refused with file, line and key of everything that is wrong.
"""

from config.errors import ConfigError, Problem
from config.loader import load
from config.schema import ServerSettings, Settings
from config.store import Reload, SettingsSource

__all__ = ["ConfigError", "Problem", "Reload", "ServerSettings", "Settings", "SettingsSource", "load"]
