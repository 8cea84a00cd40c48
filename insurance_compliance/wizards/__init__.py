from . import insurance_archive_handover
from . import insurance_consent_ask
from . import insurance_consent_withdraw
from . import insurance_access_close
from . import insurance_access_decide
from . import insurance_client_request_lift
from . import insurance_retention_trial
