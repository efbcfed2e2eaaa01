"""One module a format: draft records and problems."""
