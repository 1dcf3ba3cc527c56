"""What a call left unfinished, owned by somebody until it is closed."""
