from . import insurance_archive_file
from . import insurance_archive_verify
from . import insurance_state_change
from . import insurance_use_status
