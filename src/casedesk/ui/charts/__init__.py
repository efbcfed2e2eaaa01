"""The contact history drawn: what a lawyer sees in two seconds."""
