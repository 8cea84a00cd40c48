"""Premium tables of the demo products: plausible, not actuarial."""

from math import exp

BAND = 5
#: the age that the rate in library.csv is for
REFERENCE = 35


def payment_rates(row):
    """Return the rows of the premium table of a product."""
    term, payment = int(row["term"]), int(row["payment"])
    tables = [(payment, 1.0)]
    if row["other_payment"]:
        other = int(row["other_payment"])
        # paying sooner costs less in all
        tables.append((other, payment * (0.85 if not other else 0.93 / other)))
    return [
        {
            **band,
            "term_years": term,
            "payment_years": years,
            "rate": round(band["rate"] * share, 4),
        }
        for years, share in tables
        for band in _bands(row)
    ]


def _bands(row):
    rate, growth = float(row["rate"]), float(row["growth"] or 0)
    if not row["lowest_age"]:
        yield {"gender": "any", "age_from": 0, "age_to": 150, "rate": rate}
        return
    lowest, highest = int(row["lowest_age"]), int(row["highest_age"])
    factors = {"male": 1.0, "female": float(row["female"])}
    if row["gender"]:
        factors = {row["gender"]: 1.0}
    if len(set(factors.values())) == 1 and not row["gender"]:
        factors = {"any": 1.0}
    width = BAND if growth else highest - lowest + 1
    for start in range(lowest, highest + 1, width):
        end = min(start + width - 1, highest)
        level = rate * exp(growth * ((start + end) / 2 - REFERENCE))
        for gender, factor in factors.items():
            yield {
                "gender": gender,
                "age_from": start,
                "age_to": end,
                "rate": level * factor,
            }
