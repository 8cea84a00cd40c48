import json

from odoo import fields
from odoo.tools import SQL

from .common_match import EngineCase


class EffectCase(EngineCase):
    """Finished advice of the past, as rows: the figures read nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._parameter("match_proposal_min_clients", 10)
        cls._parameter("training_need_min_cases", 10)

    @classmethod
    def _parameter(cls, key, value):
        found = cls.env["insurance.parameter"].search([("key", "=", key)])
        found.value = str(value)

    @classmethod
    def _row(cls, table, **values):
        """Insert a row as the past has left it, and return its id."""
        names = list(values)
        [(row_id,)] = cls.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES (%s) RETURNING id",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(SQL("%s", values[name]) for name in names),
            )
        )
        return row_id

    @classmethod
    def _clients(cls, number, **values):
        return cls.env["insurance.archive"].create(
            [
                {
                    "name": "王明",
                    "agent_id": cls.agent.id,
                    "team_id": cls.team_a.id,
                    **values,
                }
                for _one in range(number)
            ]
        )

    @classmethod
    def _note_outcome(cls, archive, product, bought=True, days=500, agent=None, **more):
        """Note one product of one advice, and what came of it.

        :param more: rule, verdict, taken, policy_state, lost_after (days), complaint,
            severity, state, points (of the factors), version
        """
        cls.env.flush_all()
        day = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        owner = {
            "archive_id": archive.id,
            "partner_id": archive.partner_id.id,
            "company_id": archive.company_id.id,
        }
        said = [{"code": "rule", "rule": more["rule"].id}] if "rule" in more else []
        match = cls._row(
            "insurance_match",
            **owner,
            day=day.date(),
            source="client",
            human_state="none",
            rules_version=more.get("version", "test"),
        )
        cls._row(
            "insurance_match_line",
            **owner,
            match_id=match,
            product_id=product.id,
            verdict=more.get("verdict", "kept"),
            in_combination=more.get("verdict", "kept") == "kept",
            sum_insured=400_000,
            findings=json.dumps(said),
            **more.get("points", {}),
        )
        advice = cls._row(
            "insurance_recommendation",
            **owner,
            agent_id=(agent or cls.agent).id,
            contact_way="phone",
            sales_channel="own",
            state=more.get("state", "sold" if bought else "declined"),
            state_date=day,
            match_id=match,
            create_date=day,
        )
        if not more.get("taken", True):
            return advice
        policy = None
        if bought:
            policy = cls._bought(archive, product, day.date(), **more)
        cls._row(
            "insurance_recommendation_line",
            **owner,
            recommendation_id=advice,
            product_id=product.id,
            payment_mode="yearly",
            source=more.get("source", "engine"),
            severity=more.get("severity", "none"),
            sum_insured=100_000,
            annual_premium=1_000,
            policy_id=policy,
        )
        cls.env.invalidate_all()
        return advice

    @classmethod
    def _bought(cls, archive, product, day, policy_state="active", **more):
        ended = fields.Date.add(day, days=more.get("lost_after", 0))
        policy = cls._row(
            "insurance_policy",
            archive_id=archive.id,
            partner_id=archive.partner_id.id,
            company_id=archive.company_id.id,
            product_id=product.id,
            agent_id=(more.get("agent") or cls.agent).id,
            state=policy_state,
            state_date=ended,
            start_date=day,
            payment_mode="yearly",
            annual_premium=1_200,
        )
        if more.get("complaint"):
            cls.env["insurance.feedback"].create(
                {
                    "archive_id": archive.id,
                    "policy_id": policy,
                    "name": "Not what was said",
                    "kind": "complaint",
                }
            )
        return policy

    @classmethod
    def _outcomes(cls, product, bought, declined, **more):
        """Note the outcome for so many new clients, and return them."""
        clients = cls._clients(bought + declined, **more.pop("client", {}))
        for place, archive in enumerate(clients):
            cls._note_outcome(archive, product, bought=place < bought, **more)
        return clients
