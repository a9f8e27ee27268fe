"""Engines run one pure function over partitions of a surface; which one runs changes no result.

No Django in here: worker processes import this package and `detect`, nothing else.
"""
