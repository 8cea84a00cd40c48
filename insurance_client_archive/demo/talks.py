"""What was said to the demo clients during the last year and a half."""

from collections import defaultdict
from datetime import timedelta

from .tables import read_table

#: days that an interaction lies back at most
PAST = 540


def read_talks():
    """Return the rows of ``talks.csv`` by the audience they fit."""
    talks = defaultdict(list)
    for row in read_table("talks.csv"):
        talks[row.pop("audience")].append(row)
    return talks


def invent_interactions(inventor, client, talks):
    """Return the values of three to ten interactions, the oldest first.

    A client has a first contact before anything else, and agents follow up what they
    promised last.
    """
    rows = talks[client.audience]
    first = [row for row in rows if row["purpose"] == "first_contact"]
    later = [row for row in rows if row["purpose"] != "first_contact"]
    number = inventor.randint(3, 5 if client.stage == "collecting" else 10)
    number = min(number, len(later) + 1)
    chosen = [inventor.choice(first), *inventor.sample(later, number - 1)]
    earliest = 120 if client.stage == "collecting" else PAST
    moments = sorted(inventor.moment_ago(1, earliest) for _ in chosen)
    interactions = [
        _interaction(inventor, row, moment)
        for row, moment in zip(chosen, moments, strict=True)
    ]
    if interactions[-1]["next_step"]:
        # from a week overdue to three weeks ahead
        due = inventor.today + timedelta(days=inventor.randint(-7, 21))
        interactions[-1]["next_date"] = max(due, moments[-1].date())
    return interactions


def _interaction(inventor, row, moment):
    values = {name: text for name, text in row.items() if name != "subject"}
    spoken = row["channel"] in ("phone", "online", "face_to_face")
    reached = row["outcome"] != "not_reached"
    return {
        **values,
        "name": row["subject"],
        "date": moment,
        "duration": inventor.choice((0.1, 0.25, 0.5, 1)) if spoken and reached else 0,
    }
