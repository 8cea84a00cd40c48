from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestHandover(ArchiveCase):
    def _form(self, archives=None, user=None):
        model = self.env["insurance.archive.handover"].with_user(
            user or self.supervisor
        )
        ids = (archives or self.archive).ids
        return Form(model.with_context(default_archive_ids=ids))

    def test_clients_go_to_an_agent_of_the_team(self):
        archives = self.archive | self._archive()
        with self._form(archives) as form:
            form.agent_id = self.manager
            self.assertEqual(form.team_id, self.team_a)
            self.assertFalse(form.leaves)
        action = form.record.action_confirm()
        self.assertEqual(archives.agent_id, self.manager)
        self.assertEqual(action["type"], "ir.actions.act_window_close")

    def test_account_manager_stays_unless_named(self):
        with self._form() as form:
            form.agent_id = self.manager
        form.record.action_confirm()
        self.assertEqual(self.archive.manager_id, self.manager)

    def test_clients_leave_for_another_team_after_a_warning(self):
        with self._form() as form:
            form.agent_id = self.agent2
            self.assertEqual(form.team_id, self.team_b)
            self.assertTrue(form.leaves)
        action = form.record.action_confirm()
        self.assertEqual(action["res_model"], "insurance.archive")
        self.assertTrue(self.archive.with_user(self.agent2).has_access("write"))
        self.assertFalse(self.archive.with_user(self.supervisor).has_access("read"))

    def test_supervisors_hand_over_their_own_clients_only(self):
        other = self._archive(agent_id=self.agent2.id, team_id=self.team_b.id)
        with self.assertRaises(AccessError):
            self._handover(other)

    def test_closed_archives_stay_with_their_agent(self):
        self.archive.sudo()._write_multi([{"state": "restricted"}])
        self.archive.invalidate_recordset()
        with self.assertRaises(AccessError):
            self._handover(self.archive).action_confirm()

    def _handover(self, archives):
        return (
            self.env["insurance.archive.handover"]
            .with_user(self.supervisor)
            .create({"archive_ids": archives.ids, "agent_id": self.manager.id})
        )

    def test_agents_do_not_hand_over(self):
        with self.assertRaises(AccessError):
            self._form(user=self.agent)
