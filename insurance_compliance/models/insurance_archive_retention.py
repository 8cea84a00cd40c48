from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.flag_domain import flag_domain

#: who is told of holds: the others must not learn of an investigation
HOLDERS = (
    "insurance_client_archive.group_compliance,insurance_client_archive.group_archivist"
)


class InsuranceArchive(models.Model):
    """The end of an archive on its form: how long, why, and what holds it."""

    _inherit = "insurance.archive"

    retention_until = fields.Date(
        string="Kept until",
        compute="_compute_retention",
        search="_search_retention_until",
        help="The latest day of all retention rules that apply.",
    )
    retention_text = fields.Char(
        string="End of retention", compute="_compute_retention"
    )
    retention_timeline = fields.Html(
        compute="_compute_retention_timeline", sanitize=False, exportable=False
    )
    legal_hold = fields.Boolean(
        string="Under legal hold",
        compute="_compute_legal_hold",
        search="_search_legal_hold",
        groups=HOLDERS,
    )

    @api.depends("state")
    @api.depends_context("lang")
    def _compute_retention(self):
        rows = self._retention_rows()
        for archive in self:
            row = rows.get(archive._origin)
            archive.retention_until = row and row.until
            archive.retention_text = row and archive._retention_sentence(row)

    def _search_retention_until(self, operator, value):
        if Domain.is_negative_operator(operator):
            return NotImplemented
        # superuser: finds archives, which the user's own rules then filter
        found = (
            self.env["insurance.retention"].sudo()._search([("until", operator, value)])
        )
        return Domain("id", "in", found.subselect("archive_id"))

    @api.depends_context("uid", "lang")
    def _compute_retention_timeline(self):
        opened = self._filtered_access("read")
        for archive in self:
            lines = archive in opened and self.env["insurance.retention"]._explain(
                archive._origin
            )
            archive.retention_timeline = lines and self.env["ir.qweb"]._render(
                "insurance_compliance.retention_timeline",
                archive._retention_bars(lines),
            )

    def _compute_legal_hold(self):
        rows = self._retention_rows()
        for archive in self:
            row = rows.get(archive._origin)
            archive.legal_hold = row and row.held

    def _search_legal_hold(self, operator, value):
        # the ORM asks no groups before it searches: who is not told can't ask either
        self._check_field_access(self._fields["legal_hold"], "read")
        # superuser: finds archives, which the user's own rules then filter
        held = self.env["insurance.retention"].sudo()._search([("held", "=", True)])
        found = Domain("id", "in", held.subselect("archive_id"))
        return flag_domain(operator, value, found)

    def _retention_rows(self):
        opened = self._origin._filtered_access("read")
        # superuser: of archives that the user may open
        rows = (
            self.env["insurance.retention"]
            .sudo()
            .search([("archive_id", "in", opened.ids)])
        )
        return {row.archive_id.with_env(self.env): row for row in rows}

    def _retention_sentence(self, row):
        if row.status == "open":
            return self.env._("Has not begun to run: %s", row.rule_id.name)
        if row.status == "dated":
            day = fields.Date.to_string(row.until)
            return self.env._("Until %(day)s: %(rule)s", day=day, rule=row.rule_id.name)
        return self.env._("No rule applies: kept until there is one.")

    @api.model
    def _retention_bars(self, lines):
        """Return what the timeline draws: a bar for each rule, on one scale."""
        today = fields.Date.context_today(self)
        days = [day for line in lines for day in (line["ended"], line["until"]) if day]
        first = min([today, *days])
        # what has no end yet runs to the edge
        last = max([fields.Date.add(today, years=1), *days])
        whole = max((last - first).days, 1)

        def place(day):
            return 100 * (day - first).days / whole

        events = dict(
            self.env["insurance.retention.rule"]
            ._fields["event"]
            ._description_selection(self.env)
        )
        winner = next(
            (line for line in lines if line["rule"].event != "last_use"), None
        )
        bars = []
        for line in lines:
            start = place(line["ended"] or today)
            end = place(line["until"]) if line["until"] else 100
            bars.append(
                {
                    **line,
                    "event": events[line["rule"].event],
                    "decides": line is winner,
                    "beside": line["rule"].event == "last_use",
                    "over": bool(line["until"]) and line["until"] < today,
                    "left": f"{start:.2f}",
                    "width": f"{max(end - start, 0.5):.2f}",
                }
            )
        return {"bars": bars, "today": f"{place(today):.2f}"}

    # --- holds

    def _check_not_held(self):
        """Refuse what would take something away from an archive under hold."""
        held = self._held()
        if held:
            # superuser: the number alone; why it is held is not told here
            numbers = [one.number or f"#{one.id}" for one in held.sudo()[:5]]
            raise UserError(
                self.env._(
                    "A legal hold keeps %s: nothing of it may be destroyed or "
                    "deleted. Ask compliance.",
                    ", ".join(numbers),
                )
            )

    def _held(self):
        """Return those of the archives that a hold keeps at this moment."""
        return self.browse(self.env["insurance.legal.hold"]._held_ids(self.ids))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        self._check_not_held()

    def _check_shred(self):
        result = super()._check_shred()
        self._check_not_held()
        return result
