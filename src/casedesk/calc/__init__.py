"""The arithmetic of debt."""
