"""What a model says about a passage that a detector holds for a person: a vote to read beside it, which decides nothing."""
