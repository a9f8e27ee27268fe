"""What the registry knows of this pathway."""

from assay.studio.pathways.kinds import READ_CANARIES, READS, Pathway, RemediationPolicy
from assay.studio.pathways.p21_assessment_explainer import generator, schema
from assay.studio.pathways.p21_assessment_explainer.prompt import prompt

PATHWAY = Pathway(
    number=21,
    slug="assessment-explainer",
    name="Assessment explainer",
    learner_facing=True,
    stakes="practice",
    required=READS,
    audience="learners",
    canaries=READ_CANARIES,
    policy=RemediationPolicy(in_place=True, sign_off=False),
    generator=generator,
    schema=schema,
    prompt=prompt,
)
