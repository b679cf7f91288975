"""One description of a table, and what it can be written as: CSV, Excel, Word, PDF; and Excel files read back in."""

from .comma_separated import csv_file
from .document import docx_file
from .import_template import import_template
from .imports import ImportColumn, ImportedRow, read_rows
from .sheet import pdf_file
from .table import Column, Kind, Table
from .workbook import xlsx_file

__all__ = [
    "Column",
    "ImportColumn",
    "ImportedRow",
    "Kind",
    "Table",
    "csv_file",
    "docx_file",
    "import_template",
    "pdf_file",
    "read_rows",
    "xlsx_file",
]
