"""Pathway 22: Exam-bank regen. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
