"""Evidence files as PDF pages: looked at first (preflight), then laid out page by page."""
