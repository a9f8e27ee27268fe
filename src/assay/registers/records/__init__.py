"""One folder per register: `REGISTER = Register(...)` in its `__init__.py`, and `rules.py` where fields are not enough."""
