"""Every write of a person or a call: role, validation and record in one place."""
