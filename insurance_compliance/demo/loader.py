"""Build the demo data of this addon, in the order in which they need each other."""

from .access_reviews import load_access_reviews
from .backups import load_backups
from .checks import load_checks
from .client_requests import load_client_requests
from .consents import load_consents
from .destructions import load_destructions
from .duties import load_duties
from .filings import load_filings
from .grants import load_grants
from .handovers import load_handovers
from .impact import load_impact
from .incidents import load_incidents
from .rectifications import load_rectifications
from .requests import load_requests
from .risks import load_risks
from .shares import load_shares

#: functions that take the environment; calling them twice adds nothing
PARTS = (
    load_grants,
    load_requests,
    load_handovers,
    load_access_reviews,
    load_consents,
    load_client_requests,
    load_impact,
    load_shares,
    load_destructions,
    load_backups,
    load_rectifications,
    load_checks,
    load_risks,
    load_incidents,
    load_filings,
    load_duties,
)


def load(env):
    env = env(context={**env.context, "tracking_disable": True})
    for part in PARTS:
        part(env)
