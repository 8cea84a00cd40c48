"""What supervision asks of all clients, beside one statement written by hand for each.

Medians of the portraits, sizes of the classes, looking through the data, supervision of
the refresh. ``BENCH_CLIENTS`` is how many (20,000; our own figures are for 100,000).
What both sides find is compared.
"""

import os
import resource

import harness
import scale_sql
import segment_data
import segment_rows
from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tools import SQL

CLIENTS = int(os.environ.get("BENCH_CLIENTS", "20000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
CHUNK = 5_000
LIMIT = 1.5
#: phones and mails, one in two hundred of them twice; some data that look wrong
CONTACTS = """
    UPDATE res_partner SET
        phone = '+86 13' || (100000000 + id - id % 200 / 199),
        phone_sanitized = '+8613' || (100000000 + id - id % 200 / 199),
        email = 'c' || (id - id % 200 / 199) || '@example.com',
        email_normalized = 'c' || (id - id % 200 / 199) || '@example.com'
    WHERE name LIKE 'Client %' AND id % 37 > 0
"""


class Scale:
    def __init__(self, env):
        self.env = env
        self.day = fields.Date.today()
        segment_data.invent(env, CLIENTS, self.day)
        env.cr.execute(CONTACTS)
        self.classify()
        segment_data.vacuum(
            env, ("res_partner", "insurance_archive", *segment_rows.TABLES)
        )
        self.values = {
            "day": self.day,
            "month": self.day.replace(day=1),
            "next": self.day.replace(day=1) + relativedelta(months=1),
            "since": self.day - relativedelta(months=12),
            "least": env["insurance.parameter"]._get("portrait_min_clients"),
            "key": env["insurance.parameter"]._get("refresh_key_months"),
            "ordinary": env["insurance.parameter"]._get("refresh_ordinary_months"),
        }

    def classify(self):
        from odoo.addons.insurance_client_archive.client_scope import Scope

        [(last,)] = self.env.execute_query(SQL("SELECT max(id) FROM insurance_archive"))
        for first in range(1, last + 1, CHUNK):
            scope = Scope(first, first + CHUNK - 1)
            self.env["insurance.client.feature"]._refresh(scope, self.day)
            self.env["insurance.client.class"]._classify(scope, self.day)
            self.env.cr.commit()

    def by_hand(self, query):
        self.env.cr.execute(query, None if isinstance(query, SQL) else self.values)
        if self.env.cr.description:
            return self.env.cr.fetchall()
        return None

    def rows(self, query):
        self.env.cr.execute(query)
        return self.env.cr.fetchall()

    def compare(self, what, by_hand, ours, written, before=None):
        """Time both from the same begin; what they find must be the same."""
        pairs = []
        for turn in range(ROUNDS + 1):
            sides = [by_hand, ours]
            spent, found = {}, []
            for side in reversed(sides) if turn % 2 else sides:
                for query in before or ():
                    self.env.cr.execute(query)
                self.env.invalidate_all()
                spent[side] = harness.seconds(side)
                found.append(self.rows(written))
                self.env.cr.rollback()
            assert found[0] == found[1], (what, found[0][:3], found[1][:3])
            # the first turn warms up
            if turn:
                pairs.append((spent[by_hand], spent[ours]))
        return harness.from_pairs(f"{what}, {CLIENTS:,} clients", pairs, LIMIT)

    # --- ours

    def medians(self):
        self.env["insurance.portrait.norm"]._refresh(self.day)

    def sizes(self):
        self.env["insurance.client.class.size"]._take(self.values["month"])

    def cleaning(self):
        from odoo.addons.insurance_client_archive.client_scope import Scope

        Finding = self.env["insurance.data.finding"]
        [(last,)] = self.env.execute_query(SQL("SELECT max(id) FROM insurance_archive"))
        for first in range(1, last + 1, CHUNK):
            Finding._find(Scope(first, first + CHUNK - 1))

    def supervision(self):
        """The overview by team, as the list asks for it."""
        return self.env["insurance.refresh.status"]._read_group(
            [],
            ["team_id"],
            ["in_time_rate:avg", "verified_rate:avg", "days_late:avg", "__count"],
        )

    def supervision_page(self):
        """The first page of the list."""
        return self.env["insurance.refresh.status"].search_fetch(
            [], ["days_late", "refresh_due_on", "finding_count"], limit=80
        )

    def read(self, what, by_hand, ours, key):
        result = harness.compare(
            f"{what}, {CLIENTS:,} clients",
            baseline=lambda: self.by_hand(by_hand),
            subject=lambda: (self.env.invalidate_all(), ours()),
            rounds=ROUNDS,
            limit=LIMIT,
        )
        hand, own = self.by_hand(by_hand), ours()
        # empty teams stand at another end
        assert {row[0] for row in hand} == set(key(own)), what
        return result


def main():
    env = harness.environment()
    scale = Scale(env)
    results = [
        scale.compare(
            "medians of the portraits",
            lambda: scale.by_hand(scale_sql.medians(env)),
            scale.medians,
            scale_sql.MEDIANS_FOUND,
            before=["DELETE FROM insurance_portrait_norm"],
        ),
        scale.compare(
            "sizes of the classes",
            lambda: scale.by_hand(scale_sql.SIZES),
            scale.sizes,
            scale_sql.SIZES_FOUND,
            before=["DELETE FROM insurance_client_class_size"],
        ),
        scale.compare(
            "looking through the data",
            lambda: scale.by_hand(scale_sql.findings(env)),
            scale.cleaning,
            scale_sql.FINDINGS_FOUND,
            before=["DELETE FROM insurance_data_finding"],
        ),
        scale.read(
            "supervision by team",
            scale_sql.SUPERVISION,
            scale.supervision,
            lambda rows: [team.id or None for team, *_figures in rows],
        ),
        scale.read(
            "supervision, first page",
            scale_sql.SUPERVISION_PAGE,
            scale.supervision_page,
            lambda rows: rows.ids,
        ),
    ]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    results[-1].note = f"peak memory {peak:.0f} MB"
    env.cr.close()
    harness.report(__file__, results)


if __name__ == "__main__":
    main()
