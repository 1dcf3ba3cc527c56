"""Customers of the sister companies: read from files and databases, checked, and merged into one person each."""
