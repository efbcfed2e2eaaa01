"""What a person does: the verbs of the office, each one call."""
