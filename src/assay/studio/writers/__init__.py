"""Writers behind one Protocol (`studio.tasks.Writer`): the offline composer, and a model provider.

Belongs here: how one artefact comes to be written once the spine allows it. Does not belong here: what is written
(`pathways`), checking and stamping (`spine`). `offline` opens no connection. `model` alone may import the client of a
model provider, needs the extra `assay[llm]`, and is imported by `spine` alone, by name. A writer without a permit raises.
"""
