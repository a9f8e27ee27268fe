"""The command line: translate arguments in, make one call into a service or query, translate the answer out.

Here belong commands, their output for people and for machines, exit codes and progress on standard error. Rules, SQL and
text analysis do not. It may import every room but `config`'s urls; commands import their room when they run, so that
`assay --help`, `assay classify` and `assay verify` start without Django.

Exit codes: 0 done or pass, 1 error, 2 wrong usage, 10 fail, 11 unproven, 12 stale.
"""
