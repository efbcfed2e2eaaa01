"""What is owed: the two-column statement of a debt."""
