"""Pathway 5: Lesson regeneration. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
