"""Pathway 21: Assessment explainer. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
