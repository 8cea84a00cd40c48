from . import share_portal
from . import consent_portal
from . import client_rights
