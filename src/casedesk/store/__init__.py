"""The cabinet: engine, unit of work, browsing, search, audit, evidence vault, migrations."""
