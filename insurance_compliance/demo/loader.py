"""Build the demo data of this addon, in the order in which they need each other."""

from .access_reviews import load_access_reviews
from .client_requests import load_client_requests
from .consents import load_consents
from .destructions import load_destructions
from .grants import load_grants
from .handovers import load_handovers
from .requests import load_requests
from .shares import load_shares

#: functions that take the environment; calling them twice adds nothing
PARTS = (
    load_grants,
    load_requests,
    load_handovers,
    load_access_reviews,
    load_consents,
    load_client_requests,
    load_shares,
    load_destructions,
)


def load(env):
    env = env(context={**env.context, "tracking_disable": True})
    for part in PARTS:
        part(env)
