from . import insurance_archive_demo
