"""What a person sees on every page: skeleton, components, tokens, and the verdict glyph.

Belongs here: the Jinja2 environment, `base.html`, component macros with a documented signature, style sheets,
small scripts, vendored font, icons and htmx, the drawing of glyph, charts and proof paths, and the pattern page `/ui`.
Does not belong here: records, queries, access, words about one room's things.
May import: `core` only. No models.
"""
