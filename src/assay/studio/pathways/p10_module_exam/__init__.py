"""Pathway 10: Module exams. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
