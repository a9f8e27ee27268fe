"""Pathway 1: Blueprint. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
