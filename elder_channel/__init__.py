"""Elder Channel: a service line on which old callers reach a person who speaks their dialect."""

__version__ = "0.1.0"
