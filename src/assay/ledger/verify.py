"""Offline verification of a data folder or pack, without Django: `assay.client` under the ledger's name."""

from assay.client.pack import verify_pack
from assay.client.report import Difference, Report
from assay.client.verify import verify_folder, verify_path

__all__ = ["Difference", "Report", "verify_folder", "verify_pack", "verify_path"]
