"""Pathway 9: Capstone. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
