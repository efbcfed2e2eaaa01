"""Findings of a matter: seen, decided, asked about, checked again; and the rules they rest on."""
