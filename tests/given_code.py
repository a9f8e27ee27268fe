"""Runs the code that it is given: `python -c` for a process that `tests.warm` forks."""

import sys

if __name__ == "__main__":
    exec(sys.argv[1], {"__name__": "__main__"})
