"""What the registry knows of this pathway."""

from assay.studio.pathways.kinds import READ_CANARIES, READS, Pathway, RemediationPolicy
from assay.studio.pathways.p10_module_exam import generator, schema
from assay.studio.pathways.p10_module_exam.prompt import prompt

PATHWAY = Pathway(
    number=10,
    slug="module-exam",
    name="Module exams",
    learner_facing=True,
    stakes="credential",
    required=READS,
    audience="learners",
    canaries=READ_CANARIES,
    policy=RemediationPolicy(in_place=False, sign_off=True),
    generator=generator,
    schema=schema,
    prompt=prompt,
)
