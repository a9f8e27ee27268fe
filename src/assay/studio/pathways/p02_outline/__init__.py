"""Pathway 2: Outline / refine. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
