"""Pathway 3: Course generation. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
