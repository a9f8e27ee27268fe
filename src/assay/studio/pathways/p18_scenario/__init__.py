"""Pathway 18: Scenario generation. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
