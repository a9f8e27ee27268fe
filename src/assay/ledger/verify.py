"""Offline verification of a data folder or pack, without Django: `assay.client.verify` under the ledger's name."""

from assay.client.report import Difference, Report
from assay.client.verify import verify_folder

__all__ = ["Difference", "Report", "verify_folder"]
