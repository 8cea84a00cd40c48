from . import insurance_archive_handover
