"""Scenarios: calls written down in YAML, played against any service that speaks the carrier's protocol, and judged."""
