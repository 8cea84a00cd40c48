from contextlib import contextmanager

from odoo import api, fields, models
from odoo.tools import SQL

from .archive_guard import DELETION_SETTING, install_guards
from .insurance_state_mixin import Transition

STATES = [
    ("collecting", "Collecting"),
    ("entered", "Entered"),
    ("filed", "Filed"),
    ("restricted", "Restricted"),
    ("destroyed", "Destroyed"),
]
ARCHIVIST = "insurance_client_archive.group_archivist"


class InsuranceArchive(models.Model):
    """From the first contact to the end: collect, then enter, then file."""

    _inherit = "insurance.archive"

    _initial_states = ("collecting",)
    _transitions = {
        "collecting": {"entered": Transition(check="_check_enter")},
        "entered": {
            "filed": Transition(check="_check_file", groups=ARCHIVIST),
            "collecting": Transition(reason=True),
        },
    }

    state = fields.Selection(
        STATES,
        required=True,
        default="collecting",
        readonly=True,
        index=True,
        copy=False,
        group_expand="_expand_states",
    )

    def init(self):
        result = super().init()
        install_guards(self.env.cr)
        return result

    @api.model
    def _expand_states(self, states, domain):
        """Show the columns of daily work even when empty."""
        return ["collecting", "entered", "filed"]

    def action_enter(self):
        """Say that collecting is done and the record complete enough to work with."""
        self.write({"state": "entered"})

    def _check_enter(self):
        """Override to refuse an archive that lacks what entering demands."""

    def _check_file(self):
        """Override to refuse an archive that lacks what filing demands."""

    @contextmanager
    def _deletion_allowed(self):
        """Open the database guard for the rows that the ORM is about to delete."""
        query = SQL("SELECT set_config(%s, %s, true)", DELETION_SETTING, "allowed")
        self.env.cr.execute(query)
        yield
        query = SQL("SELECT set_config(%s, %s, true)", DELETION_SETTING, "")
        self.env.cr.execute(query)
