"""The example portfolio: programmes composed from the catalog in own words, the same each time, one per shape of verdict."""

from assay.studio.demo.prepare import demo_lacks, demo_prepare, programmes_own
from assay.studio.demo.programmes import EXAMPLES, Example, compose

__all__ = ["EXAMPLES", "Example", "compose", "demo_lacks", "demo_prepare", "programmes_own"]
