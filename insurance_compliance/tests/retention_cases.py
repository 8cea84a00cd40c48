"""What is on file about a client, and which rule has to decide: made by hand.

Days are given in years from today (-6 is six years ago), so that the table holds on any
day. ``end`` of a policy counts the last day of cover.
"""

from datetime import date, datetime, time

from dateutil.relativedelta import relativedelta

# no leap day: years from it would not meet
TODAY = date.today().replace(day=min(date.today().day, 28))


def day(years):
    """Return a day so many years from today; fractions are months."""
    whole = int(years)
    months = round((years - whole) * 12)
    return TODAY + relativedelta(years=whole, months=months)


def noon(years):
    """Return a moment of that day, in UTC and in the latest zone on earth."""
    return datetime.combine(day(years), time(2))


def policy(state, start, end, moved=None, line="life"):
    return ("policy", state, start, end, end if moved is None else moved, line)


def claim(state, moved, paid=None):
    return ("claim", state, moved, paid)


def complaint(state, moved):
    return ("complaint", state, moved)


def request(state, moved):
    return ("request", state, moved)


def contact(years):
    return ("contact", years)


SHORT = (-7, -6.25)  # nine months, ended six years and three months ago
LONG = (-20, -6)

#: name: (what is on file, rule that decides, last day in years from today or "open")
CASES = {
    # --- one contract
    "a short contract ended: identity keeps longest": (
        [policy("expired", *SHORT)],
        "AML34-ID",
        3.75,
    ),
    "a long contract ended: papers and identity alike, papers are named": (
        [policy("expired", *LONG)],
        "IL87-LONG",
        4,
    ),
    "a contract in force": ([policy("active", -3, 7)], "IL87-LONG", "open"),
    "a short contract in force": ([policy("active", -0.5, 0.25)], "IL87-SHORT", "open"),
    "in force though its last day has passed": (
        [policy("active", -3, -1)],
        "IL87-LONG",
        "open",
    ),
    "a paid-up contract": ([policy("paid_up", -3, 7)], "IL87-LONG", "open"),
    "a contract for life": ([policy("active", -30, None)], "IL87-LONG", "open"),
    "lapsed and can be put into force again": (
        [policy("lapsed", -3, 7)],
        "IL87-LONG",
        "open",
    ),
    "lapsed long ago and over": ([policy("lapsed", -20, -8)], "IL87-LONG", 2),
    "lapsed for life": ([policy("lapsed", -20, None)], "IL87-LONG", "open"),
    "surrendered early counts from the surrender": (
        [policy("surrendered", -20, 10, moved=-9)],
        "IL87-LONG",
        1,
    ),
    "terminated after its last day counts from that day": (
        [policy("terminated", -20, -8, moved=-2)],
        "IL87-LONG",
        2,
    ),
    "surrendered for life": (
        [policy("surrendered", -20, None, moved=-12)],
        "IL87-LONG",
        -2,
    ),
    "matured": ([policy("matured", -30, -11)], "IL87-LONG", -1),
    "matured without an end counts from when it was noted": (
        [policy("matured", -30, None, moved=-11)],
        "IL87-LONG",
        -1,
    ),
    "exactly a year is short": (
        [policy("expired", -8, ("last", -7))],
        "AML34-ID",
        ("last", 3),
    ),
    "a year and a day is long": ([policy("expired", -8, -7)], "IL87-LONG", 3),
    "expired long ago: everything is over": (
        [policy("expired", -40, -20)],
        "IL87-LONG",
        -10,
    ),
    # --- several contracts
    "the later of two ends": (
        [policy("expired", -40, -20), policy("expired", -20, -3)],
        "IL87-LONG",
        7,
    ),
    "one in force keeps all": (
        [policy("expired", -40, -20), policy("active", -2, 8)],
        "IL87-LONG",
        "open",
    ),
    "a short one in force keeps a long one that is over": (
        [policy("expired", -40, -20), policy("active", -0.5, 0.25)],
        "IL87-SHORT",
        "open",
    ),
    "a short one that ended later than a long one": (
        [policy("expired", -20, -8), policy("expired", -1.5, -1)],
        "AML34-ID",
        9,
    ),
    "both in force: the first rule is named": (
        [policy("active", -3, 7), policy("active", -0.5, 0.25)],
        "IL87-SHORT",
        "open",
    ),
    # --- applications
    "an application waits": (
        [policy("application", None, None, moved=-1)],
        "APPLICATION",
        "open",
    ),
    "an application is being looked at": (
        [policy("underwriting", None, None, moved=-1)],
        "APPLICATION",
        "open",
    ),
    "an application was declined": (
        [policy("declined", None, None, moved=-1), contact(-9)],
        "APPLICATION",
        2,
    ),
    "an application was withdrawn": (
        [policy("withdrawn", None, None, moved=-2.5), contact(-9)],
        "APPLICATION",
        0.5,
    ),
    "declined, but a contract ended later": (
        [policy("declined", None, None, moved=-1), policy("expired", *LONG)],
        "IL87-LONG",
        4,
    ),
    "declined long after the contract ended": (
        [policy("declined", None, None, moved=-0.5), policy("expired", -40, -20)],
        "APPLICATION",
        2.5,
    ),
    "declined, and another waits": (
        [
            policy("declined", None, None, moved=-9),
            policy("application", None, None, moved=0),
        ],
        "APPLICATION",
        "open",
    ),
    # --- claims
    "a claim is open": (
        [policy("expired", -40, -20), claim("assessing", -19)],
        "AML34-TX",
        "open",
    ),
    "a claim was just reported": (
        [policy("expired", -40, -20), claim("reported", -1)],
        "AML34-TX",
        "open",
    ),
    "a claim is decided but not paid": (
        [policy("expired", -40, -20), claim("decided", -1)],
        "AML34-TX",
        "open",
    ),
    "a claim paid after the contract": (
        [policy("expired", -40, -20), claim("paid", -5, paid=-5)],
        "AML34-TX",
        5,
    ),
    "a claim closed after it was paid": (
        [policy("expired", -40, -20), claim("closed", -4, paid=-5)],
        "AML34-TX",
        6,
    ),
    "a claim noted as paid before the money went": (
        [policy("expired", -40, -20), claim("paid", -6, paid=-5)],
        "AML34-TX",
        5,
    ),
    "a claim refused": (
        [policy("expired", -40, -20), claim("refused", -9)],
        "AML34-TX",
        1,
    ),
    "a claim withdrawn": (
        [policy("expired", -40, -20), claim("withdrawn", -9)],
        "AML34-TX",
        1,
    ),
    "a claim paid before the contract ended": (
        [policy("expired", *LONG), claim("paid", -9, paid=-9)],
        "IL87-LONG",
        4,
    ),
    "a claim closed on the day the contract ended: the first rule is named": (
        [policy("expired", *LONG), claim("closed", -6)],
        "IL87-LONG",
        4,
    ),
    "two claims, one open": (
        [
            policy("expired", -40, -20),
            claim("paid", -15, paid=-15),
            claim("papers_requested", -15),
        ],
        "AML34-TX",
        "open",
    ),
    # --- complaints and disputes
    "a complaint is open": (
        [policy("expired", -40, -20), complaint("investigating", -1)],
        "TM13-DISPUTE",
        "open",
    ),
    "a complaint is answered but not closed": (
        [policy("expired", -40, -20), complaint("answered", -1)],
        "TM13-DISPUTE",
        "open",
    ),
    "a complaint was closed": (
        [policy("expired", -40, -20), complaint("closed", -4)],
        "COMPLAINT",
        1,
    ),
    "a complaint was taken back": (
        [policy("expired", -40, -20), complaint("withdrawn", -4)],
        "COMPLAINT",
        1,
    ),
    "a complaint closed while the contract keeps longer": (
        [policy("expired", *LONG), complaint("closed", -4)],
        "IL87-LONG",
        4,
    ),
    "a complaint without a contract": (
        [complaint("closed", -1), contact(-9)],
        "COMPLAINT",
        4,
    ),
    # --- requests of clients
    "a request waits": (
        [policy("expired", -40, -20), request("new", 0)],
        "REQUEST",
        "open",
    ),
    "a request waits for the second person": (
        [policy("expired", -40, -20), request("second", 0)],
        "REQUEST",
        "open",
    ),
    "a request was answered": (
        [policy("expired", -40, -20), request("answered", -1)],
        "REQUEST",
        2,
    ),
    "a request was refused": (
        [policy("expired", -40, -20), request("refused", -2.5)],
        "REQUEST",
        0.5,
    ),
    "a request answered while the contract keeps longer": (
        [policy("expired", *LONG), request("answered", -1)],
        "IL87-LONG",
        4,
    ),
    # --- sharing
    "data were shared": (
        [policy("expired", -40, -20), ("share", -1, None)],
        "NDR12",
        2,
    ),
    "a share ended before its time": (
        [policy("expired", -40, -20), ("share", 1, -1)],
        "NDR12",
        2,
    ),
    "a share that goes on": (
        [policy("expired", -40, -20), ("share", 0.5, None)],
        "NDR12",
        3.5,
    ),
    # --- nothing but contacts
    "a client without a contract": ([contact(-1)], "CONTACT", 2),
    "a client without a contract, long silent": ([contact(-4)], "CONTACT", -1),
    "a contact after the contract does not shorten": (
        [policy("expired", *LONG), contact(-1)],
        "IL87-LONG",
        4,
    ),
    "a contact after everything else is over": (
        [policy("expired", -40, -20), contact(-1)],
        "CONTACT",
        2,
    ),
    # --- retention marks
    "marked for ever": (
        [policy("expired", -40, -20), ("mark", "Y", -15)],
        "MARK-Y",
        "open",
    ),
    "marked with thirty years": (
        [policy("expired", -40, -20), ("mark", "D30", -15)],
        "MARK-D30",
        15,
    ),
    "marked with ten years": (
        [policy("expired", -40, -20), ("mark", "D10", -5)],
        "MARK-D10",
        5,
    ),
    "marked with ten years, the contract keeps longer": (
        [policy("expired", *LONG), ("mark", "D10", -9)],
        "IL87-LONG",
        4,
    ),
    # --- appraisal
    "kept by an appraisal": (
        [policy("expired", -40, -20), ("appraisal", 5)],
        "APPRAISAL",
        5,
    ),
    "an appraisal does not shorten": (
        [policy("expired", *LONG), ("appraisal", 1)],
        "IL87-LONG",
        4,
    ),
    "an appraisal whose time is over, too": (
        [policy("expired", -40, -13), ("appraisal", -1)],
        "APPRAISAL",
        -1,
    ),
}
