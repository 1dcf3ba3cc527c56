"""What the line learns from its own calls: agents' verdicts, and sound that customers have agreed to."""
