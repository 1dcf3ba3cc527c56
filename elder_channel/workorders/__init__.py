"""What a call left unfinished, owned by somebody."""
