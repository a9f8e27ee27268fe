"""Pathway 6: Lesson quizzes. `spec` declares it; `generator`, `schema` and `prompt` are what it does."""
