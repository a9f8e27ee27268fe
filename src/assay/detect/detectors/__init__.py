"""The detectors: one folder each, found by `assay.detect.discovery`; nothing else lists them.

    __init__.py             one sentence
    detector.py             DETECTOR, what `assay.detect.declaration.Detector` asks for; its code, or where that is
    canaries.yaml           frames of planted defects per kind and form
    canaries_reserve.yaml   the same to measure with, in other words; without it canaries.yaml serves both shelves

How to add one: docs/guides/add-a-detector.md.
"""
