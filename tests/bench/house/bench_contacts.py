"""The contact list of somebody without an insurance role, beside plain Odoo.

Plain Odoo is a database without our addons and with as many contacts, in the same
process; both are read in turns, with the fields that its own list asks for.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import access_data
import harness
from bench_load import db, other_environment

CONTACTS = int(os.environ.get("BENCH_ARCHIVES", "20000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "41"))
GROUPS = ("base.group_user", "base.group_partner_manager")


class Reader:
    """Somebody who reads the first page of contacts as the web client does."""

    def __init__(self, env):
        self.env = env
        self.env.cr.execute(
            access_data.PARTNERS, {"archives": CONTACTS, "company": env.company.id}
        )
        user = env["res.users"].create(
            {
                "name": "Bench accountant",
                "login": "bench accountant",
                "group_ids": [(6, 0, [env.ref(group).id for group in GROUPS])],
            }
        )
        self.partners = env["res.partner"].with_user(user).with_context(lang="en_US")
        view = self.partners.get_views([(False, "list")])["views"]["list"]["arch"]
        self.names = [
            name for name in self.partners._fields if f'name="{name}"' in view
        ]
        env.cr.execute("ANALYZE res_partner")

    def page(self, names):
        self.env.invalidate_all()
        specification = {name: {} for name in names}
        self.partners.web_search_read([], specification, limit=80, count_limit=10_001)

    def queries(self, names):
        self.page(names)
        before = self.env.cr.sql_log_count
        self.page(names)
        return self.env.cr.sql_log_count - before


def compare(ours, plain):
    names = plain.names
    added = [name for name in ours.names if name.startswith("insurance_")]
    assert not added, f"shown to somebody without a role: {added}"
    counts = plain.queries(names), ours.queries(names)
    result = harness.compare(
        "first page of contacts, no insurance role",
        baseline=lambda: plain.page(names),
        subject=lambda: ours.page(names),
        rounds=ROUNDS,
        limit=1.2,
        note=f"queries {counts[0]} -> {counts[1]}; {len(names)} fields",
    )
    harness.report(__file__, [result])
    assert counts[0] == counts[1], counts


def main():
    env = harness.environment()
    without = f"{env.cr.dbname}_{int(time.time())}"
    db("clone", os.environ["CORE"], without)
    try:
        with other_environment(without) as other:
            compare(Reader(env), Reader(other))
    finally:
        db("drop", without)


if __name__ == "__main__":
    main()
