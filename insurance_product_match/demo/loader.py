"""Build the demo data of this addon, in the order in which they need each other."""

from .library import load_library

#: functions that take the environment; calling them twice adds nothing
PARTS = (load_library,)


def load(env):
    env = env(context={**env.context, "tracking_disable": True})
    for part in PARTS:
        part(env)
