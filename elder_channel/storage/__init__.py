"""The databases: engines, the one migration history, and the stores."""
