"""Build the demo data of this addon, in the order in which they need each other."""

from .advice import load_advice
from .history import load_history
from .library import load_library
from .licences import load_licences
from .matching import load_matching
from .needs import load_needs
from .repurchase import load_examinations, load_repurchases

#: functions that take the environment; calling them twice adds nothing
PARTS = (
    load_library,
    load_licences,
    load_needs,
    load_matching,
    load_advice,
    load_history,
    load_examinations,
    load_repurchases,
)


def load(env):
    env = env(context={**env.context, "tracking_disable": True})
    for part in PARTS:
        part(env)
