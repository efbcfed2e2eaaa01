"""Lists of any length over the cabinet."""
