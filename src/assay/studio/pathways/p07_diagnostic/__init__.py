"""Pathway 7: Diagnostics. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
