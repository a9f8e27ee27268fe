"""Pathway 20: Family FAQ. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
