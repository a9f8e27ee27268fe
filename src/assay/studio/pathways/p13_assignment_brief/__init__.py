"""Pathway 13: Assignment brief. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
