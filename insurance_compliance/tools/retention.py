"""Until when an archive must be kept: the slow, obvious evaluator.

The sweep asks the database (``retention_sql``). This says the same in plain words; a
test holds the two against each other.
"""

import datetime
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

#: the event has not come yet: the contract is in force, the complaint is open
NOT_YET = datetime.date.max
#: a day has begun everywhere on earth so many hours after it has in UTC
LATEST_ZONE = datetime.timedelta(hours=14)

CONTRACT_END = "contract_end"
APPLICATION_END = "application_end"
CLAIM_END = "claim_end"
COMPLAINT_END = "complaint_end"
SHARE_END = "share_end"
REQUEST_END = "request_end"
LAST_CONTACT = "last_contact"
FILING = "filing"
APPRAISAL = "appraisal"


class Rule(NamedTuple):
    """Keep for a time after an event, where the conditions hold; empty: always."""

    code: str
    event: str
    months: int = 0
    term: str = ""
    line: str = ""
    client_kind: str = ""
    mark: str = ""
    forever: bool = False


class Event(NamedTuple):
    """What has happened, or will: ``NOT_YET``."""

    kind: str
    on: datetime.date
    term: str = ""
    line: str = ""


class Client(NamedTuple):
    """What the rules ask about an archive."""

    events: tuple = ()
    kind: str = "individual"
    mark: str = ""
    held: bool = False


class Solution(NamedTuple):
    """The last day on which the archive is kept, and the rule that says so."""

    until: datetime.date | None
    rule: str | None
    held: bool = False

    @property
    def is_open(self):
        """Tell whether the time has not begun to run."""
        return self.until == NOT_YET

    def is_over(self, today):
        """Tell whether the archive may be destroyed; without a rule, never."""
        if self.held or self.until is None or self.is_open:
            return False
        return self.until < today


def day_of(moment):
    """Return the latest day that a moment in UTC can be anywhere."""
    return moment and (moment + LATEST_ZONE).date()


def applies(rule, client, event):
    return (
        rule.event == event.kind
        and rule.term in ("", event.term)
        and rule.line in ("", event.line)
        and rule.client_kind in ("", client.kind)
        and rule.mark in ("", client.mark)
    )


def until(rule, event):
    """Return the last day on which one rule keeps what belongs to one event."""
    if event.on == NOT_YET or rule.forever:
        return NOT_YET
    try:
        return event.on + relativedelta(months=rule.months)
    except (OverflowError, ValueError):
        return NOT_YET


def results(rules, client):
    """Return {rule: day} for all rules that apply, in the order of the rules."""
    found = {}
    for rule in rules:
        days = [
            until(rule, event)
            for event in client.events
            if applies(rule, client, event)
        ]
        if days:
            found[rule.code] = max(days)
    return found


def solve(rules, client):
    """Return the latest day of all rules that apply; of equals, the first rule's."""
    found = results(rules, client)
    if not found:
        return Solution(None, None, client.held)
    latest = max(found.values())
    winner = next(code for code, day in found.items() if day == latest)
    return Solution(latest, winner, client.held)


# --- what happened, from what is on file


def term_of(start, end, short_years):
    """Return whether a contract is short; its last day counts. Without one: long."""
    if not start or not end:
        return "long"
    return "short" if end < start + relativedelta(years=short_years) else "long"


def policy_event(state, start, end, moved, today, short_years, line=""):
    """Return the event of a policy.

    :param moved: when it came into its state, in UTC
    """
    if state in ("declined", "withdrawn"):
        return Event(APPLICATION_END, day_of(moved) or NOT_YET)
    if state in ("application", "underwriting"):
        return Event(APPLICATION_END, NOT_YET)
    if state in ("expired", "matured"):
        ended = end or day_of(moved)
    elif state in ("surrendered", "terminated"):
        known = [day for day in (end, day_of(moved)) if day]
        ended = min(known, default=None)
    elif state == "lapsed" and end and end < today:
        # it could have been put into force again until then
        ended = end
    else:
        ended = None
    return Event(CONTRACT_END, ended or NOT_YET, term_of(start, end, short_years), line)


def claim_event(state, moved, paid_on):
    done = state in ("paid", "closed", "refused", "withdrawn")
    known = [day for day in (day_of(moved), paid_on) if day]
    return Event(CLAIM_END, max(known, default=NOT_YET) if done else NOT_YET)


def complaint_event(state, moved):
    done = state in ("closed", "withdrawn") and moved
    return Event(COMPLAINT_END, day_of(moved) if done else NOT_YET)


def share_event(ended_on, date_to):
    return Event(SHARE_END, day_of(ended_on or date_to))


def request_event(state, moved):
    done = state in ("answered", "refused", "withdrawn") and moved
    return Event(REQUEST_END, day_of(moved) if done else NOT_YET)
