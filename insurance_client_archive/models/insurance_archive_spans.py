from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class InsuranceArchive(models.Model):
    """Years and days that clients can be chosen by: they count from today, each day."""

    _inherit = "insurance.archive"

    age = fields.Integer(search="_search_age")
    silent_days = fields.Integer(
        string="Days since last contact",
        compute="_compute_silent_days",
        search="_search_silent_days",
        help="How long the client has not been reached; counts from today.",
    )

    @api.depends("last_contact_date")
    def _compute_silent_days(self):
        today = fields.Date.context_today(self)
        for archive in self:
            latest = archive.last_contact_date
            archive.silent_days = latest and (today - latest.date()).days

    def _search_age(self, operator, value):
        today = fields.Date.context_today(self)

        def at_least(years):
            born = fields.Date.subtract(today, years=years)
            return Domain("birth_date", "<=", born)

        return self._search_span(
            operator, value, at_least, Domain("birth_date", "!=", False)
        )

    def _search_silent_days(self, operator, value):
        today = fields.Date.context_today(self)

        def at_least(days):
            # whoever was never reached has been silent all the time
            reached = fields.Datetime.to_datetime(today - timedelta(days=days - 1))
            never = Domain("last_contact_date", "=", False)
            return never | Domain("last_contact_date", "<", reached)

        return self._search_span(operator, value, at_least, Domain.TRUE)

    @api.model
    def _search_span(self, operator, value, at_least, known):
        """Return a domain on what a span is made of.

        :param at_least: function from a whole number to the domain of "so many or more"
        :param known: those who have a span at all
        """
        if operator == "in":
            numbers = [number for number in value if type(number) is int]
            if len(numbers) != len(value):
                return NotImplemented
            return Domain.OR(
                [at_least(number) & ~at_least(number + 1) & known for number in numbers]
            )
        if operator not in ("<", "<=", ">", ">=") or not isinstance(value, int):
            return NotImplemented
        if not -100_000 < value < 100_000:
            return NotImplemented
        edge = value + 1 if operator in ("<=", ">") else value
        found = at_least(edge)
        return found if operator in (">", ">=") else known & ~found
