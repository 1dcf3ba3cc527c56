"""The voice process: webhooks, media websockets and router ticks."""
