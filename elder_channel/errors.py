"""Errors of the program that a person reads.

ElderChannelError
├── ServiceError (services/errors.py)
├── SupervisorError (supervisor.py)
└── CallPlacingError (placing.py)
"""

from __future__ import annotations


class ElderChannelError(Exception):
    """Something a person has to know, said in a sentence."""
