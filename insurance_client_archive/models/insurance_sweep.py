from typing import NamedTuple

import babel.dates

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse, get_lang

from ..sweep_kind import NOTHING, Extent

MODULE = "insurance_client_archive"
#: states in which a sweep is somebody's concern still
OPEN = ("draft", "running", "paused", "failed")
#: without progress for so long, somebody should look at the scheduled action
STALLED_SECONDS = 300


class Figures(NamedTuple):
    """How far a sweep is: rows, and seconds of the run and without progress."""

    done: int = 0
    errors: int = 0
    elapsed: float = 0
    still: float = 0


class InsuranceSweep(models.Model):
    """Bulk work in small committed chunks: it can be stopped, killed and continued."""

    _name = "insurance.sweep"
    _description = "Bulk work"
    _order = "id desc"
    _rec_name = "kind"

    kind = fields.Selection("_selection_kind", required=True, readonly=True)
    scope = fields.Json(readonly=True)
    note = fields.Char(
        string="Concerns", readonly=True, help="What the work is about, for people."
    )
    state = fields.Selection(
        [
            ("draft", "Not started"),
            ("running", "Running"),
            ("paused", "Paused"),
            ("done", "Completed"),
            ("cancelled", "Cancelled"),
            ("failed", "Stopped"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Started by",
        required=True,
        readonly=True,
        default=lambda self: self.env.uid,
    )
    date_start = fields.Datetime(string="Started", readonly=True, copy=False)
    date_run = fields.Datetime(string="Date run", readonly=True, copy=False)
    date_end = fields.Datetime(string="Finished", readonly=True, copy=False)
    total_count = fields.Integer(
        string="In all", readonly=True, copy=False, aggregator=None
    )
    done_before = fields.Integer(
        string="Done before", readonly=True, copy=False, aggregator=None
    )
    pass_done = fields.Integer(
        string="Pass done", readonly=True, copy=False, aggregator=None
    )
    message = fields.Char(string="Stopped because", readonly=True, copy=False)
    item_ids = fields.One2many(
        "insurance.sweep.item", "sweep_id", string="Set aside", readonly=True
    )
    done_count = fields.Integer(
        string="Done", compute="_compute_progress", aggregator=None
    )
    error_count = fields.Integer(
        string="Errors", compute="_compute_progress", aggregator=None
    )
    progress = fields.Float(compute="_compute_progress", aggregator=None)
    rate = fields.Float(
        string="Per second", compute="_compute_progress", aggregator=None
    )
    time_left = fields.Char(string="Time left", compute="_compute_progress")
    stalled = fields.Boolean(
        compute="_compute_progress",
        help="The work should run, but nothing has moved for some minutes.",
    )

    _running_lookup = models.Index("(id) WHERE state = 'running'")
    _active_unique = models.UniqueIndex(
        "(kind, coalesce(scope, '{}'::jsonb))"
        " WHERE state IN ('draft', 'running', 'paused', 'failed')",
        "This work is under way already.",
    )

    @api.model
    def _kinds(self):
        """Override to add kinds of bulk work: {key: `sweep_kind.Kind`}."""
        return {}

    @api.model
    def _selection_kind(self):
        return [(key, kind.label) for key, kind in self._kinds().items()]

    @api.depends("kind", "note")
    def _compute_display_name(self):
        labels = dict(self._selection_kind())
        for sweep in self:
            parts = (labels.get(sweep.kind, sweep.kind), sweep.note)
            sweep.display_name = ": ".join(filter(None, parts))

    # --- figures

    def _compute_progress(self):
        figures = self._figures()
        for sweep in self:
            figure = figures.get(sweep._origin.id, Figures())
            handled = figure.done + figure.errors
            recent = max(0, figure.done - sweep.done_before)
            rate = recent / figure.elapsed if figure.elapsed else 0
            running = sweep.state == "running"
            left = max(0, sweep.total_count - handled)
            sweep.done_count = figure.done
            sweep.error_count = figure.errors
            sweep.progress = self._percent(sweep, handled)
            sweep.rate = rate
            known = running and rate > 0
            sweep.time_left = self._duration(left / rate) if known else False
            sweep.stalled = running and figure.still > STALLED_SECONDS

    @api.model
    def _percent(self, sweep, handled):
        if sweep.state == "done":
            return 100
        # the end is reached when the last look has found nothing more
        return min(99, 100 * handled / sweep.total_count) if sweep.total_count else 0

    @api.model
    def _duration(self, seconds):
        """Return a span of time as people say it."""
        if seconds < 60:
            return self.env._("less than a minute")
        return babel.dates.format_timedelta(
            seconds, locale=babel_locale_parse(get_lang(self.env).code)
        )

    def _figures(self):
        """Return {id: `Figures`}, past the cache: workers do not write by the ORM."""
        query = SQL(
            """
            SELECT sweep.id, coalesce(part.done, 0), coalesce(item.count, 0),
                   extract(epoch FROM coalesce(sweep.date_end, part.moved, clock.now)
                                      - sweep.date_run),
                   extract(epoch FROM clock.now
                                      - greatest(part.moved, sweep.date_run))
              FROM insurance_sweep sweep
              CROSS JOIN (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS now) clock
              LEFT JOIN LATERAL (
                   SELECT sum(done_count) AS done, max(write_date) AS moved
                     FROM insurance_sweep_part WHERE sweep_id = sweep.id
              ) part ON true
              LEFT JOIN LATERAL (
                   SELECT count(*) FROM insurance_sweep_item WHERE sweep_id = sweep.id
              ) item ON true
             WHERE sweep.id = ANY(%s)
            """,
            list(self._origin.ids),
        )
        return {
            sweep_id: Figures(int(done), errors, float(elapsed or 0), float(still or 0))
            for sweep_id, done, errors, elapsed, still in self.env.execute_query(query)
        }

    # --- begin, stop, continue

    @api.model
    def _start(self, kind, scope=None, note=""):
        """Start work of a kind, or return the sweep that is at it already."""
        sweep = self._plan(kind, scope, note)
        if sweep.state == "draft":
            sweep._begin()
        elif sweep.state == "failed":
            sweep._continue()
        return sweep

    @api.model
    def _plan(self, kind, scope=None, note=""):
        """Return the open sweep of this kind and scope; a new one isn't started yet."""
        self._check_kind(kind)
        query = SQL(
            "SELECT id FROM insurance_sweep WHERE kind = %s"
            " AND coalesce(scope, '{}'::jsonb) = %s::jsonb AND state IN %s",
            kind,
            fields.Json().convert_to_column(scope, self) or "{}",
            OPEN,
        )
        if known := self.env.execute_query(query):
            return self.browse(known[0])
        values = {"kind": kind, "scope": scope, "note": note, "user_id": self.env.uid}
        # nobody may write sweeps; whether the user may start this kind was checked
        return self.sudo().create(values).sudo(False)

    def action_start(self):
        """Start planned work."""
        for sweep in self:
            sweep._check_allowed()
            sweep._begin()
        return True

    def action_pause(self):
        """Let the chunks end that are at work, and begin no other."""
        for sweep in self:
            sweep._check_allowed(control=True)
            sweep._record("pause")
            sweep._move("paused", ["running"])
        return True

    def action_resume(self):
        """Go on where the work was paused or stopped by an error."""
        for sweep in self:
            sweep._check_allowed()
            sweep._continue()
        return True

    def action_cancel(self):
        """End the work for good; what is done stays done."""
        for sweep in self:
            sweep._check_allowed(control=True)
            sweep._record("cancel")
            sweep._move("cancelled", OPEN, date_end=True)
        return True

    def action_retry(self):
        """Try all rows again that were set aside."""
        for sweep in self:
            sweep._check_allowed()
            sweep._retry(sweep.sudo().item_ids)  # seen by whoever may see the sweep
        return True

    def action_open(self):
        """Show the sweep."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def _begin(self):
        """Find out what there is to do, and let the server begin."""
        self.ensure_one()
        self._record("start")
        self._call("begin")
        extent = self._call("extent") or NOTHING
        self._move("running", ["draft"], date_start=True, date_run=True)
        self._add_pass(extent)
        self._wake()

    def _continue(self, allowed=("paused", "failed")):
        self._record("resume")
        done = self._figures()[self.id].done
        self._move("running", allowed, date_run=True, done_before=done)
        self._wake()

    def _check_allowed(self, control=False):
        """Check that the current user may see and start (or but stop) the sweep."""
        self.ensure_one()
        self.check_access("read")
        if control and self.env.user.has_group(f"{MODULE}.group_admin"):
            return
        self._check_kind(self.kind)

    @api.model
    def _check_kind(self, key):
        kind = self._kinds().get(key)
        if kind is None:
            raise UserError(
                self.env._("The application that does this work is not installed.")
            )
        # the user's own groups, also in superuser mode: sudo() must not start more
        if self.env.uid != SUPERUSER_ID and not self.env.user.has_group(kind.group):
            # superuser: the name of the group alone is shown
            raise AccessError(
                self.env._(
                    "“%(work)s” is started by the group “%(group)s”.",
                    work=kind.label,
                    group=self.env.ref(kind.group).sudo().display_name,
                )
            )

    def _move(self, state, allowed, **values):
        """Change the state if it still is one of *allowed*, or say that it is not."""
        if not self._change(state, allowed, **values):
            raise UserError(
                self.env._("The work is at another point by now. Load the page again.")
            )

    def _change(self, state, allowed, **values):
        """Change the state in the database, if it still is one of *allowed*.

        :param values: columns; True stands for the time of the database
        """
        self.flush_recordset()
        now = SQL("clock_timestamp() AT TIME ZONE 'UTC'")
        values = {"state": state, "message": None, "date_end": None} | values
        columns = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), now if value is True else value)
            for name, value in values.items()
        )
        moved = self.env.execute_query(
            SQL(
                "UPDATE insurance_sweep SET %s WHERE id = %s AND state IN %s"
                " RETURNING id",
                columns,
                self.id,
                tuple(allowed),
            )
        )
        self.invalidate_recordset()
        return bool(moved)

    # --- what the kind does

    def _kind(self):
        return self._kinds()[self.kind]

    def _call(self, step, *args):
        """Call the kind's method for a step, if it has one."""
        kind = self._kind()
        model = self.env[kind.model]
        if kind.as_user:
            model = model.with_user(self.user_id)
        method = getattr(model, f"_sweep_{self.kind}_{step}", None)
        return method(self, *args) if method else None

    def _extent_of(self, model_name, domain):
        """Return the extent of the records of a domain."""
        first, last, total = self.env[model_name]._read_group(
            domain, [], ["id:min", "id:max", "__count"]
        )[0]
        return Extent(first or 0, last or 0, total)

    def _record(self, step, **event):
        """Record in the use log what happens to work on keys and the like."""
        kind = self._kinds().get(self.kind)
        if kind and kind.use:
            self.env["insurance.use.log"]._record(
                kind.use, content=[f"{self.kind}:{step}"], **event
            )
