"""Pathway 14: Assignment regen. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
