from . import base_import_import
from . import base_import_sealed
from . import base_partner_merge
from . import insurance_archive_handover
from . import insurance_archive_file
from . import insurance_archive_verify
from . import insurance_state_change
from . import insurance_use_status
