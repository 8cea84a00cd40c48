import csv

from odoo.tools.misc import file_open


def read_table(name):
    """Return the rows of a CSV file of the demo folder as dictionaries."""
    with file_open(f"insurance_client_archive/demo/{name}") as lines:
        return list(csv.DictReader(lines))
