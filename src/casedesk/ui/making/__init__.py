"""Making documents of a matter: what, where, and what stands in the way."""
