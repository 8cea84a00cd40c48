from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.models.insurance_policy_cooling_off import (
    PERSONAL_LINES,
)

from ..tools import dealing

#: the contract still stands, or can be put in force again
LIVE = ("active", "paid_up", "lapsed")


class InsuranceHandover(models.Model):
    """The list of clients, dealt out to those who take them over."""

    _inherit = "insurance.handover"

    def action_propose(self):
        """List the clients and deal them out anew."""
        for handover in self:
            handover.check_access("write")
            handover._check_draft()
            handover._check_supervises()
            # superuser: who may hand these clients over was asked just before
            handover.sudo()._propose(handover._own_domain())
        return True

    def _propose(self, domain):
        self.ensure_one()
        self.line_ids.unlink()
        archives = self.env["insurance.archive"].search_fetch(
            domain, ["partner_id", "company_id", "agent_id", "team_id"], order="id"
        )
        if not archives:
            raise UserError(
                self.env._(
                    "%s has no clients in the teams you lead.", self.agent_id.name
                )
            )
        partners = archives.partner_id
        partners.fetch(["state_id"])
        policies = self._policy_counts(archives)
        # those with most policies come first, so that they are spread evenly
        order = archives.sorted(lambda one: -policies.get(one.id, (0, False))[0])
        takers = dealing.deal(
            [(one.id, one.partner_id.state_id.id) for one in order],
            [
                dealing.Taker(
                    target.agent_id.id,
                    target.share,
                    frozenset(target.region_ids.ids),
                )
                for target in self.target_ids
            ],
        )
        self.env["insurance.handover.line"].create(
            [
                {
                    "handover_id": self.id,
                    "archive_id": archive.id,
                    "partner_id": archive.partner_id.id,
                    "company_id": archive.company_id.id,
                    "region_id": archive.partner_id.state_id.id,
                    "from_agent_id": archive.agent_id.id,
                    "from_team_id": archive.team_id.id,
                    "to_agent_id": takers.get(archive.id),
                    "policy_count": policies.get(archive.id, (0, False))[0],
                    "long_term": policies.get(archive.id, (0, False))[1],
                }
                for archive in archives
            ]
        )
        self._count_work()

    def _policy_counts(self, archives):
        """Return {archive id: (live policies, one of them is long-term)}."""
        self.env["insurance.policy"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT policy.archive_id, COUNT(*),
                       bool_or(
                        category.line IN %(lines)s AND policy.start_date IS NOT NULL
                        AND (policy.end_date IS NULL OR policy.end_date
                             >= policy.start_date + interval '1 year'))
                FROM insurance_policy policy
                JOIN product_template product ON product.id = policy.product_id
                LEFT JOIN insurance_product_category category
                       ON category.id = product.insurance_category_id
                WHERE policy.archive_id = ANY(%(archives)s)
                  AND policy.state IN %(live)s
                GROUP BY policy.archive_id
                """,
                lines=PERSONAL_LINES,
                archives=list(archives.ids),
                live=LIVE,
            )
        )
        return {archive: (count, bool(long)) for archive, count, long in rows}

    def _check_ready(self):
        """Refuse a list that is not whole or not up to date any more."""
        self.ensure_one()
        self._check_supervises()
        # superuser: responsibility alone is compared
        handover = self.sudo()
        lines = handover.line_ids
        current = handover.env["insurance.archive"].search(self._own_domain())
        if self.reason == "reassigned":
            # the rest of the clients stays with the agent
            current &= lines.archive_id
        if lines.archive_id != current:
            raise UserError(
                self.env._(
                    "The clients of %s are others by now. List them again before you "
                    "hand them over.",
                    self.agent_id.name,
                )
            )
        lacking = lines.filtered(lambda line: not line.to_agent_id)
        if lacking:
            raise UserError(
                self.env._(
                    "%(count)s clients have no new agent yet: %(names)s.",
                    count=len(lacking),
                    names=", ".join(lacking[:5].partner_id.mapped("name")),
                )
            )
        if (
            handover.managed_count
            and self.reason == "leaves"
            and not self.new_manager_id
        ):
            raise UserError(
                self.env._(
                    "%s is the account manager of clients. Choose a new one for them.",
                    self.agent_id.name,
                )
            )
        if not lines and not handover.managed_count:
            raise UserError(self.env._("List the clients before you hand them over."))
        if self.new_manager_id == self.agent_id:
            raise UserError(
                self.env._("%s gives the clients away.", self.agent_id.name)
            )
        if self.archive_user and not self.may_archive_user:
            raise UserError(
                self.env._(
                    "Only who manages users can close the account of %s. Leave it "
                    "open and ask your administrator.",
                    self.agent_id.name,
                )
            )

    def _notice_deadline(self):
        """Return until when clients must be told."""
        days = self.env["insurance.parameter"]._get("agent_leave_notice_days")
        return fields.Date.add(self.date, days=days)
