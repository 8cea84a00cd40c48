"""The statements behind a question, and how PostgreSQL answers them."""

from typing import NamedTuple
from unittest.mock import patch

#: tables of which a role reads the own part alone
LARGE = ("insurance_archive", "res_partner")
SCANS = ("Seq Scan", "Index Scan", "Index Only Scan")


class Plan(NamedTuple):
    text: str
    #: tables that are read from end to end
    walks: frozenset


def statements(env, ask):
    """Return the statements over archives that an action sends."""
    execute, found = env.cr.execute, []

    def note(query, params=None, **options):
        code = getattr(query, "code", query)
        if code.startswith("SELECT") and "insurance_archive" in code:
            found.append((code, list(getattr(query, "params", params) or ())))
        return execute(query, params, **options)

    with patch.object(env.cr, "execute", note):
        ask()
    return found


def explain(env, found):
    for code, params in found:
        env.cr.execute(f"EXPLAIN (FORMAT JSON) {code}", params)
        [([plan],)] = env.cr.fetchall()
        env.cr.execute(f"EXPLAIN (ANALYZE, BUFFERS) {code}", params)
        text = "\n".join(row[0] for row in env.cr.fetchall())
        yield Plan(text, frozenset(_walks(plan["Plan"])))


def _walks(node):
    scan = node["Node Type"] in SCANS
    if scan and node["Relation Name"] in LARGE and "Index Cond" not in node:
        yield node["Relation Name"]
    for below in node.get("Plans", ()):
        yield from _walks(below)
