"""Pathway 17: Cover image. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
