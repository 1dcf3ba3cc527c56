"""Carriers of texts: the only place that spells their formats."""
