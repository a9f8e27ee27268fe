"""What people and programs read across rooms: the pages, the HTTP API's reading half, and exports.

Belongs here: queries that join rooms into one picture, pages, exports (JSON, SARIF, HTML, CSV). Does not belong here: any write
of its own (a button on a page makes one call into the service of the room it concerns), any rule of a verdict. May import
every room below `config`.
"""
