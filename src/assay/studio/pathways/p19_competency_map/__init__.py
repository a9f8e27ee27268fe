"""Pathway 19: Competency mapping. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
