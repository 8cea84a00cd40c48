from . import test_access_domain, test_access_grant, test_access_policy
from . import test_dealing
from . import test_handover
from . import test_handover_letters
from . import test_handover_rights
from . import test_handover_speed
from . import test_consent
from . import test_consent_profiling
from . import test_consent_walls
from . import test_notice
from . import test_share
from . import test_share_agreement
from . import test_share_statistics
