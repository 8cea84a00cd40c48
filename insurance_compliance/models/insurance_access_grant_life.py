from odoo import api, fields, models
from odoo.exceptions import UserError

from ..access_slice import BASIC

MODULE = "insurance_client_archive"


class InsuranceAccessGrant(models.Model):
    """How a grant begins and ends."""

    _inherit = "insurance.access.grant"

    @api.model
    def _issue(
        self,
        user,
        slices,
        purpose,
        date_from,
        date_to,
        archives=None,
        portfolio=False,
        uses=0,
        request=None,
        consent=None,
        standing=False,
    ):
        """Grant access after it was approved, and record it; return the grant.

        :param slices: names out of ``access_slice.SLICES``; basic is always one
        :param purpose: an ``insurance.purpose``
        :param archives: the archives it opens, or none for the own *portfolio*
        :param uses: how often sealed values may be opened; 0: no limit of its own
        :param request: the application; its model adds the field ``request_id``
        :param consent: the client's consent, where the grant depends on it
        :param standing: for daily work with the own portfolio, whatever the purpose
        """
        if bool(archives) == bool(portfolio):
            raise UserError(
                self.env._("A grant is for named archives or for the own portfolio.")
            )
        values = {
            **self._slice_values({BASIC, *slices}),
            "user_id": user.id,
            "level": self._level_of(user),
            "scope": "portfolio" if portfolio else "archives",
            "purpose_id": purpose.id,
            "date_from": date_from,
            "date_to": date_to,
            "uses_max": uses,
            "standing": bool(standing and portfolio),
        }
        links = {"request_id": request, "consent_id": consent}
        values |= {name: record.id for name, record in links.items() if record}
        # as superuser: nobody has the right to write grants
        grant = self.sudo().create(values)
        if archives:
            # as superuser: nobody has the right to write grants
            self.env["insurance.access.grant.archive"].sudo().create(
                [
                    {"grant_id": grant.id, "archive_id": archive_id}
                    for archive_id in archives.ids
                ]
            )
        self.env["insurance.archive"]._forget_access()
        grant._log_decision("approve", archives)
        return grant.sudo(self.env.su)

    @api.model
    def _level_of(self, user):
        """Return the level of use of a person, the highest of their groups."""
        ways = {
            "external": user.has_group("base.group_portal"),
            "manager": user.has_group(f"{MODULE}.group_manager"),
            "agent": user.has_group(f"{MODULE}.group_agent"),
            "department": user.has_group(f"{MODULE}.group_department"),
        }
        level = next((level for level, held in ways.items() if held), None)
        if level is None:
            raise UserError(
                self.env._(
                    "%s has no role that opens archives. Ask an administrator for one "
                    "first.",
                    user.display_name,
                )
            )
        return level

    def _end(self, reason, state="revoked"):
        """End the grants now: the next transaction of anybody sees them ended."""
        # as superuser: whoever may end a grant was asked by the caller
        ending = self.sudo().filtered(lambda grant: grant.state == "active")
        ending.write(
            {
                "state": state,
                "ended_on": fields.Datetime.now(),
                "ended_by_id": self.env.uid,
                "end_reason": reason,
            }
        )
        for grant in ending.with_env(self.env):
            # as superuser: the names of the archives, for the log
            grant._log_decision("revoke", grant.sudo().archive_line_ids.archive_id)
        return ending

    @api.model
    def _end_for(self, archives, reason, users=None):
        """End what grants open of *archives*, for everybody or for *users*.

        Named archives drop out of their grants, and a grant without any ends. Where
        everybody loses access, archives also drop out of portfolios; those of *users*
        follow the responsibility by themselves.
        """
        if not archives:
            return
        # as superuser: grants of other people end, too
        Grant = self.sudo()
        Line = Grant.env["insurance.access.grant.archive"]
        now = fields.Datetime.now()
        mine = [("user_id", "in", users.ids)] if users is not None else []
        active = [("state", "=", "active"), ("date_to", ">", now), *mine]
        lines = Line.search(
            [
                ("archive_id", "in", archives.ids),
                ("ended_on", "=", False),
                ("grant_id", "any", [("scope", "=", "archives"), *active]),
            ]
        )
        lines.write({"ended_on": now, "end_reason": reason})
        touched = lines.grant_id
        empty = touched.filtered(
            lambda grant: all(line.ended_on for line in grant.archive_line_ids)
        )
        (touched - empty).with_env(self.env)._log_dropped(archives)
        empty.with_env(self.env)._end(reason)
        if users is None:
            self._leave_out_of_portfolios(archives, reason, active)

    @api.model
    def _leave_out_of_portfolios(self, archives, reason, active):
        # as superuser: grants of other people end, too
        Grant = self.sudo()
        people = archives.sudo().mapped(
            lambda archive: (
                archive.agent_id | archive.manager_id | archive.team_id.user_id
            )
        )
        grants = Grant.search(
            [("scope", "=", "portfolio"), ("user_id", "in", people.ids), *active]
        )
        known = {
            (line.grant_id.id, line.archive_id.id) for line in grants.archive_line_ids
        }
        Grant.env["insurance.access.grant.archive"].create(
            [
                {
                    "grant_id": grant.id,
                    "archive_id": archive_id,
                    "ended_on": fields.Datetime.now(),
                    "end_reason": reason,
                }
                for grant in grants
                for archive_id in archives.ids
                if (grant.id, archive_id) not in known
            ]
        )
        self.env["insurance.archive"]._forget_access()
        grants.with_env(self.env)._log_dropped(archives)

    def _log_dropped(self, archives):
        for grant in self:
            grant._log_decision("revoke", archives)

    def _log_decision(self, action, archives):
        """Record a decision on the grant; the purpose is that of the grant."""
        self.ensure_one()
        if not self.env.registry.ready:
            # an installation is no decision by a person
            return
        archives = archives if archives else self.env["insurance.archive"]
        # as superuser: the grant's own facts, for the log
        grant = self.sudo()
        archives.with_env(self.env)._log_use(
            action,
            content=sorted(grant._slices()),
            purpose=grant.purpose_id.code,
            grant_id=grant.id,
        )
