"""How grave a risk is: likelihood times impact, cut by the thresholds of the house."""

#: the same words as for the severity of findings
LEVELS = [
    ("low", "Low"),
    ("medium", "Medium"),
    ("high", "High"),
    ("critical", "Critical"),
]
LIKELIHOODS = [
    ("1", "1 – Rare"),
    ("2", "2 – Unlikely"),
    ("3", "3 – Possible"),
    ("4", "4 – Likely"),
    ("5", "5 – Almost certain"),
]
IMPACTS = [
    ("1", "1 – Negligible"),
    ("2", "2 – Minor"),
    ("3", "3 – Noticeable"),
    ("4", "4 – Grave"),
    ("5", "5 – Disastrous"),
]
GRADES = [grade for grade, _label in LIKELIHOODS]
#: parameters with the lowest score of a level, the highest level first
THRESHOLDS = {
    "critical": "risk_level_critical",
    "high": "risk_level_high",
    "medium": "risk_level_medium",
}


def thresholds(env):
    """Return the lowest score of each level, the highest level first."""
    parameter = env["insurance.parameter"]
    return {level: parameter._get(key) for level, key in THRESHOLDS.items()}


def score(likelihood, impact):
    """Return 1 to 25, or 0 when it was never assessed."""
    return int(likelihood or 0) * int(impact or 0)


def level_of(points, limits):
    """Return the level of a score, or False when it was never assessed."""
    if not points:
        return False
    return next((level for level, least in limits.items() if points >= least), "low")
