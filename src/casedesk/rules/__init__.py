"""Conduct rules: a rule is data, a check is a function over contacts, a finding points at its rows."""
