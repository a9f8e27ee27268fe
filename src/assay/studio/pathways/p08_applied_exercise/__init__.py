"""Pathway 8: Applied exercises. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
