"""Who takes a call: skills, presence and the timed widening of what is asked for."""
