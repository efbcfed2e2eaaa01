"""The evidence of a matter: taken in, looked at, described, put in order. Originals are never altered."""
