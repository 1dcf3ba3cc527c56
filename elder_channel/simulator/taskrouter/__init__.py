"""TaskRouter as the carrier has it: workers, tasks, workflows with timed targets, reservations, callbacks."""
