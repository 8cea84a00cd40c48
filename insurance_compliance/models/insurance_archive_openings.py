from odoo import models
from odoo.tools import SQL

from ..access_slice import BASIC
from .insurance_archive_opening import HIDDEN_STATES, MODULE

NOTHING = frozenset()


class InsuranceArchive(models.Model):
    """Which slices of archives that one reads are open, as of this transaction."""

    _inherit = "insurance.archive"

    def _openings(self):
        """Return {archive id: slices} twice: open at all, and to be changed.

        What opens archives was asked in SQL (see ``access_ways.py``); here it is held
        against who is responsible for each of them, which was read with the archive.
        """
        people = self._people()
        lent = self._lent_slices()
        left_out = self._left_out()
        known, opened, owned = {}, {}, {}
        archivist = self.env.user.has_group(f"{MODULE}.group_archivist")
        for archive_id in self._ids:
            levels, state = people.get(archive_id, ((), None))
            own = NOTHING
            if levels and state not in HIDDEN_STATES:
                if archive_id in left_out:
                    own = self._own_slices(levels, left_out[archive_id])
                else:
                    if levels not in known:
                        known[levels] = self._own_slices(levels)
                    own = known[levels]
            found = own
            if archive_id in lent and state not in HIDDEN_STATES:
                found |= lent[archive_id]
            if archivist and state not in (None, "collecting"):
                # which of them may be filed and inspected
                found |= {BASIC}
            opened[archive_id] = found
            owned[archive_id] = NOTHING if state == "destroyed" else own
        return opened, owned

    def _people(self):
        """Return {archive id: levels at which the user looks after it, and state}."""
        user = self.env.user
        # as superuser: who is responsible, as the record rule itself asks
        archives = self.sudo()
        names = sorted(self._access_facts)
        archives.fetch(names)
        archives._recompute_recordset(names)
        agents, managers, states, teams = (
            self._fields[name]._get_cache(archives.env) for name in names
        )
        agent, manager, supervisor = (
            user.has_group(f"{MODULE}.group_{role}")
            for role in ("agent", "manager", "supervisor")
        )
        led = self._ways().teams if supervisor else ()
        people = {}
        for archive_id in self._ids:
            if archive_id not in states:
                continue
            levels = ()
            if agent and agents.get(archive_id) == user.id:
                levels += ("agent",)
            if (manager and managers.get(archive_id) == user.id) or (
                led and teams.get(archive_id) in led
            ):
                levels += ("manager",)
            people[archive_id] = levels, states[archive_id]
        return people

    def _own_slices(self, levels, without=()):
        """Return what responsibility opens, less some of the standing grants."""
        found = self._ways()
        slices = set()
        for level in levels:
            if not self._access_strict():
                slices |= found.policies.get(level, NOTHING)
            for grant in found.standing(level):
                if grant.id not in without:
                    slices |= grant.slices
        return frozenset(slices)

    def _lent_slices(self):
        """Return {archive id: slices that grants to the user open of it}."""
        levels = self._granted_levels()
        slices = {
            grant.id: grant.slices
            for grant in self._ways().named
            if grant.level in levels
        }
        lent = {}
        for archive_id, grant_id in self._lines(list(slices), SQL("NULL")):
            lent[archive_id] = lent.get(archive_id, NOTHING) | slices[grant_id]
        return lent

    def _left_out(self):
        """Return {archive id: standing grants that it was left out of}."""
        grants = [grant.id for grant in self._ways().portfolio if grant.ended]
        left_out = {}
        for archive_id, grant_id in self._lines(grants, SQL("NOT NULL")):
            left_out.setdefault(archive_id, set()).add(grant_id)
        return left_out

    def _lines(self, grant_ids, ended):
        if not grant_ids:
            return []
        return self.env.execute_query(
            SQL(
                "SELECT line.archive_id, line.grant_id"
                " FROM insurance_access_grant_archive line"
                " WHERE line.grant_id = ANY(%s) AND line.archive_id = ANY(%s)"
                " AND line.ended_on IS %s",
                grant_ids,
                list(self._ids),
                ended,
                to_flush=self.env["insurance.access.grant.archive"]._fields["ended_on"],
            )
        )
