"""A carrier to try the line on: it speaks the Twilio protocol and knows nothing of the service."""
