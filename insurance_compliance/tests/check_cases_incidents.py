"""Cases of incidents, detections, letters and drills."""

from .check_cases import FACT, READY, case
from .check_records import day, moment

INCIDENT = "insurance.incident"


def incident(t, **values):
    """Return a leak that somebody leads, in good time."""
    return t.row(
        INCIDENT,
        **{
            "name": "/",
            "state": "assessing",
            "is_open": True,
            "is_drill": False,
            "kind": "leak",
            "decision": "open",
            "responsible_id": t.agent.id,
            "discovered_on": moment(),
            "state_date": moment(),
            **values,
        },
    )


def affected(t, incident_id):
    return t.row(
        "insurance.incident.archive",
        incident_id=incident_id,
        archive_id=t.archive.id,
        removed=False,
    )


def letter(t, incident_id, line_id):
    return t.row(
        "insurance.incident.letter",
        incident_id=incident_id,
        line_id=line_id,
        archive_id=t.archive.id,
        state="prepared",
    )


@case("incident_clock_late")
def clock_late(t):
    clock = "insurance.incident.clock"
    times = {"begun_on": moment(days=-2), "due_on": moment(hours=-1)}
    drill = incident(t, is_drill=True)
    t.row(clock, incident_id=drill, **times)
    yield READY
    row = t.row(clock, incident_id=incident(t), **times)
    yield row
    t.put(clock, row, told_on=moment())


@case("incident_rule_off")
def rule_off(t):
    row = t.row("insurance.incident.rule", active=True)
    yield READY
    t.put("insurance.incident.rule", row, active=False)
    yield row
    t.put("insurance.incident.rule", row, active=True)


@case("incident_rule_stale")
def rule_stale(t):
    row = t.row("insurance.incident.rule", active=True, evaluated_to=moment())
    yield READY
    t.put("insurance.incident.rule", row, evaluated_to=moment(days=-30))
    yield row
    t.put("insurance.incident.rule", row, active=False)


@case("decoy_unnoticed")
def decoy_unnoticed(t):
    alarm = {"action": "alarm", "content": "insurance.decoy", "purpose": None}
    t.use(date=moment(), **alarm)  # the rule has still time for it
    yield READY
    touched = moment(hours=-12)
    yield t.use(date=touched, **alarm)
    rule = t.row("insurance.incident.rule", kind="honey", active=True)
    t.row(
        "insurance.incident.detection",
        incident_id=incident(t),
        rule_id=rule,
        user_number=t.agent.id,
        date_from=touched,
        date_to=touched,
    )


@case("incident_unled")
def unled(t):
    late = {"state": "new", "responsible_id": None, "discovered_on": moment(days=-3)}
    incident(t, **late, is_drill=True)
    yield READY
    row = incident(t, **late)
    yield row
    t.put(INCIDENT, row, state="assessing", responsible_id=t.agent.id)


@case("incident_affected_unknown")
def affected_unknown(t):
    incident(t, state="contained", affected_on=moment())  # worked out: none
    rule = t.row("insurance.incident.rule", kind="log_misfit")
    incident(t, state="contained", kind="tampering", rule_id=rule)  # nobody's uses
    yield READY
    row = incident(t, state="contained")
    yield row
    affected(t, row)


@case("incident_letter_missing")
def letter_missing(t):
    row = incident(t, decision="tell", decided_on=moment(days=-9))
    yield READY
    line = affected(t, row)
    yield row
    letter(t, row, line)


@case("incident_letter_unsent")
def letter_unsent(t):
    row = incident(t, decision="tell", approved_on=moment(days=-9))
    sent = letter(t, row, affected(t, row))
    yield row
    t.put("insurance.incident.letter", sent, state="printed")


@case("suspension_forgotten")
def suspension_forgotten(t):
    over = incident(t)
    row = t.row(
        "insurance.access.suspension",
        user_id=t.agent.id,
        suspended_by_id=t.compliance.id,
        suspended_on=moment(),
        incident_id=over,
    )
    yield READY
    t.put(INCIDENT, over, state="closed")
    yield row
    t.put("insurance.access.suspension", row, lifted_on=moment())


@case("incident_review_late")
def review_late(t):
    row = incident(t, state="notified")
    yield READY
    t.put(INCIDENT, row, state_date=moment(days=-90))
    yield row
    t.put(INCIDENT, row, state="reviewed")


@case("incident_closed_unreviewed")
def closed_unreviewed(t):
    words = {"root_cause": "A list in a mail.", "lessons": "No lists in mails."}
    people = {
        "responsible_id": t.agent.id,
        "reviewed_by_id": t.agent.id,
        "closed_by_id": t.compliance.id,
    }
    incident(t, state="closed", is_open=False, **words, **people)
    yield READY
    row = incident(t, state="closed", is_open=False, **people)
    yield row
    t.put(INCIDENT, row, **words)


@case("incident_measure_lost")
def measure_lost(t):
    row = incident(t, state="closed", is_open=False)
    measure = t.row("insurance.incident.measure", incident_id=row)
    yield row
    t.row("insurance.rectification", key=f"incident:{row}:{measure}")


@case("drill_overdue")
def drill_overdue(t):
    drill = "insurance.incident.drill"
    row = t.row(drill, state="planned", planned_date=day(1))
    yield READY
    t.put(drill, row, planned_date=day(-1))
    yield row
    t.put(drill, row, state="cancelled")


@case("drill_missing")
def drill_missing(t):
    drill = "insurance.incident.drill"
    t.env.cr.execute("UPDATE insurance_incident_drill SET ended_on = NULL")
    row = t.row(drill, state="done", planned_date=day(0), ended_on=moment())
    yield READY
    t.put(drill, row, ended_on=moment(days=-800))
    yield FACT
    t.put(drill, row, ended_on=moment(days=-1))
