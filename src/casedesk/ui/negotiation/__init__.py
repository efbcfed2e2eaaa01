"""The negotiation of a matter: the ladder of offers and what follows from it."""
