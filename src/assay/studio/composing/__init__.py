"""What the generators of the pathways share: the resolved syllabus, texts and questions composed from knowledge.

Belongs here: choosing by seed, the syllabus of a context, lessons, questions and their balance, data packs of cases,
drawings, prompts, the schemas that several pathways have in common. Does not belong here: what one pathway alone does
(its folder), stamping and checking (`spine`). Pure; may import `knowledge`, `governed`, `context`, `tasks`, `catalog`,
`core`.
"""
