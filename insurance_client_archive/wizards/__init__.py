from . import insurance_archive_file
from . import insurance_archive_verify
from . import insurance_state_change
