"""Pathway 16: Smart hotspots. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
