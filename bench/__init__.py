"""Measurements: speeds and rates, reported and never asserted in a test."""
