"""One call from its first ring to its outcome, as plain values and functions."""
