"""The tests; a package by this file, so that no `tests` of an installed library is found in its place."""
