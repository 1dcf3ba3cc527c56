"""`python -m elder_channel.simulator`: run the carrier simulator."""

from __future__ import annotations

import sys

from elder_channel.own_process import collect_seldom
from elder_channel.simulator.app import serve
from elder_channel.simulator.errors import InvalidOptionsError
from elder_channel.simulator.options import options_from_command_line


def main() -> int:
    """Serve until stopped; 2 with one sentence when it cannot start."""
    collect_seldom()
    try:
        serve(options_from_command_line(sys.argv[1:]))
    except InvalidOptionsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
