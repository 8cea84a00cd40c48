"""What an assessment covers: parts are names, or limits such as ``max_days:30``."""


def split(part):
    """Return (name, limit) of a limit, or (part, None) of a mere name."""
    name, _colon, value = part.rpartition(":")
    return (name, int(value)) if name and value.isdecimal() else (part, None)


def uncovered(needed, assessed):
    """Return the parts of *needed* that *assessed* does not reach, sorted.

    A name is covered by the same name, a limit by one that is at least as high.
    """
    names, limits = set(), {}
    for name, limit in map(split, assessed):
        if limit is None:
            names.add(name)
        else:
            limits[name] = max(limit, limits.get(name, limit))
    lacking = []
    for part in needed:
        name, limit = split(part)
        if limit is None:
            known = name in names
        else:
            known = name in limits and limits[name] >= limit
        if not known:
            lacking.append(part)
    return sorted(lacking)
