"""Put cases of ``retention_cases`` on file, as rows; and the same as events."""

from datetime import timedelta

from odoo.tools import SQL

from ..tools import retention
from .retention_cases import TODAY, day, noon

#: long before every case
LONG_AGO = -60


def exact(years):
    if isinstance(years, tuple):
        return day(years[1]) - timedelta(days=1)
    return None if years is None else day(years)


def moment(years):
    if isinstance(years, tuple):
        return noon(years[1]) - timedelta(days=1)
    return None if years is None else noon(years)


class Records:
    """Writes rows as an import would, past the checks of single steps."""

    def __init__(self, env, product):
        self.env = env
        self.product = product
        self.number = 0

    def add(self, archive, facts):
        if not any(fact[0] == "contact" for fact in facts):
            facts = [*facts, ("contact", LONG_AGO)]
        for kind, *rest in facts:
            getattr(self, f"_add_{kind}")(archive, *rest)
        self.env.invalidate_all()

    def _insert(self, table, **values):
        columns = SQL(", ").join(map(SQL.identifier, values))
        query = SQL(
            "INSERT INTO %s (%s) VALUES (%s) RETURNING id",
            SQL.identifier(table),
            columns,
            SQL(", ").join(map(SQL, ["%s"] * len(values), values.values())),
        )
        return self.env.execute_query(query)[0][0]

    def _set(self, archive, **values):
        columns = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), value)
            for name, value in values.items()
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE insurance_archive SET %s WHERE id = %s", columns, archive.id)
        )

    def _add_policy(self, archive, state, start, end, moved, line):
        self.number += 1
        return self._insert(
            "insurance_policy",
            archive_id=archive.id,
            product_id=self.product.id,
            payment_mode="yearly",
            state=state,
            number=f"RT{archive.id}-{self.number}",
            start_date=exact(start),
            end_date=exact(end),
            state_date=moment(moved),
        )

    def _add_claim(self, archive, state, moved, paid):
        policy = self.env.execute_query(
            SQL("SELECT min(id) FROM insurance_policy WHERE archive_id=%s", archive.id)
        )[0][0]
        return self._insert(
            "insurance_claim",
            archive_id=archive.id,
            policy_id=policy,
            event_date=day(LONG_AGO),
            reported_date=day(LONG_AGO),
            kind="death",
            state=state,
            state_date=moment(moved),
            paid_on=exact(paid),
        )

    def _add_complaint(self, archive, state, moved):
        return self._insert(
            "insurance_feedback",
            archive_id=archive.id,
            user_id=self.env.uid,
            received_on=day(LONG_AGO),
            name="?",
            kind="complaint",
            channel="phone",
            complexity="simple",
            state=state,
            state_date=moment(moved),
        )

    def _add_request(self, archive, state, moved):
        return self._insert(
            "insurance_client_request",
            archive_id=archive.id,
            kind="access",
            requester="client",
            channel="person",
            received_on=day(LONG_AGO),
            number="/",
            state=state,
            state_date=moment(moved),
        )

    def _add_share(self, archive, until, ended):
        purpose = self.env["insurance.purpose"].search([], limit=1)
        return self._insert(
            "insurance_share",
            archive_id=archive.id,
            purpose_id=purpose.id,
            kind="cooperation",
            basis="consent",
            file_format="pdf",
            download_limit=1,
            download_count=0,
            requester_id=self.env.uid,
            state="delivered" if ended is None else "ended",
            date_to=moment(until),
            ended_on=moment(ended),
        )

    def _add_contact(self, archive, years):
        self._set(archive, last_contact_date=moment(years), create_date=moment(years))

    def _add_mark(self, archive, mark, filed):
        self._set(archive, retention_mark=mark, filed_on=exact(filed))

    def _add_appraisal(self, archive, years):
        self._insert(
            "insurance_retention",
            archive_id=archive.id,
            status="none",
            kept_until=exact(years),
        )


def events(facts, short_years=1):
    """Return the facts as the slow evaluator takes them: (events, mark)."""
    found, mark = [], ""
    if not any(fact[0] == "contact" for fact in facts):
        facts = [*facts, ("contact", LONG_AGO)]
    for kind, *rest in facts:
        if kind == "policy":
            state, start, end, moved, line = rest
            found.append(
                retention.policy_event(
                    state,
                    exact(start),
                    exact(end),
                    moment(moved),
                    TODAY,
                    short_years,
                    line,
                )
            )
        elif kind == "claim":
            state, moved, paid = rest
            found.append(retention.claim_event(state, moment(moved), exact(paid)))
        elif kind == "complaint":
            state, moved = rest
            found.append(retention.complaint_event(state, moment(moved)))
        elif kind == "request":
            state, moved = rest
            found.append(retention.request_event(state, moment(moved)))
        elif kind == "share":
            until, ended = rest
            found.append(retention.share_event(moment(ended), moment(until)))
        elif kind == "contact":
            found.append(
                retention.Event(
                    retention.LAST_CONTACT, retention.day_of(moment(rest[0]))
                )
            )
        elif kind == "mark":
            mark, filed = rest
            found.append(retention.Event(retention.FILING, exact(filed)))
        else:
            found.append(retention.Event(retention.APPRAISAL, exact(rest[0])))
    return tuple(found), mark


def plain_rules(rules):
    """Return rules on file as the slow evaluator takes them."""
    return [
        retention.Rule(
            rule.code,
            rule.event,
            rule.months,
            rule.term or "",
            rule.line or "",
            rule.client_kind or "",
            rule.mark or "",
            rule.forever,
        )
        for rule in rules
    ]
