"""Reading spreadsheets for an import: sheets, header rows, columns to fields, cells to values. Pure."""

from assay.registers.importing.cells import cell_read, day_order, day_read, error_in, is_nothing, plain
from assay.registers.importing.heads import SheetRead, file_read, mapping_guess, targets

__all__ = [
    "SheetRead", "cell_read", "day_order", "day_read", "error_in", "file_read", "is_nothing", "mapping_guess", "plain", "targets",
]  # fmt: skip
