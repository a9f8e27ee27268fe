"""Pathway 15: Rubric generation. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
