"""The content slices of an archive: what an application asks for and a grant opens."""

BASIC, CONTACT, FINANCIAL, HEALTH, CLAIMS, DOCUMENTS = SLICES = (
    "basic",
    "contact",
    "financial",
    "health",
    "claims",
    "documents",
)
#: the slices that ownership alone does not open unless a policy says so
SENSITIVE = (FINANCIAL, HEALTH, CLAIMS, DOCUMENTS)


def column(name):
    """Return the name of the boolean that stands for a slice."""
    return f"slice_{name}"
