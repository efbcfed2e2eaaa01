"""The command line: everything that is not looking works without a display."""
