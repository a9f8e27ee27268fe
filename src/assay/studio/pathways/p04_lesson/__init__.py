"""Pathway 4: Lesson generation. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
