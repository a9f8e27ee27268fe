"""Composition: what the rooms are joined into.

Here belong the settings, the root URL configuration, the entry points for a web server, the middleware of the HTTP edge
and the start-up used by the command line. No rule of the product lives here. It may import every room
but `cli`, and only `cli` may import it (settings and templates reach it by name).
"""
