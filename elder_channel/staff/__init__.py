"""The people at the console: what they may do, how they come in, and how long they stay signed in."""
