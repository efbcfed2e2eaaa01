"""Entry forms, generated from the field declarations."""
