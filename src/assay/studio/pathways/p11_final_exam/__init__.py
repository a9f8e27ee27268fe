"""Pathway 11: Final exam. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
