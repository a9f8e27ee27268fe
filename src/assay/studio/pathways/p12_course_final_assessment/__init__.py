"""Pathway 12: Course final assessment. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
