from odoo.tests import HttpCase, tagged

from .common_request import RequestCase


@tagged("post_install", "-at_install")
class TestAccessTours(RequestCase, HttpCase):
    """Asking, deciding and opening, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")

    def test_agent_asks_supervisor_approves_agent_reveals_log_shows_it(self):
        self._ask_approve_reveal("en_US")

    def test_the_same_in_chinese(self):
        self._ask_approve_reveal("zh_CN")

    def _ask_approve_reveal(self, lang):
        (self.agent | self.supervisor).lang = lang
        client = f"/odoo/clients/{self.archive.id}"
        self.start_tour(client, "insurance_access_ask", login=self.agent.login)
        request = self.requests.search([("user_id", "=", self.agent.id)])
        self.assertEqual(request.state, "submitted")
        self.uses.clear()
        self.start_tour(
            "/odoo/applications-to-decide",
            "insurance_access_decide",
            login=self.supervisor.login,
        )
        self.env.invalidate_all()
        self.assertEqual(request.state, "approved")
        self.start_tour(client, "insurance_access_reveal", login=self.agent.login)
        uses = [
            (use["user"], use["action"], use["result"], use.get("grant_id"))
            for use in self.uses
            if use["action"] in ("approve", "reveal")
        ]
        grant = request.grant_id.id
        self.assertEqual(
            uses,
            [
                (self.supervisor.id, "approve", "done", grant),
                (self.agent.id, "reveal", "done", grant),
            ],
        )

    def test_department_asks_for_a_client_it_can_not_see(self):
        self._ask_unseen("en_US")

    def test_department_asks_for_it_in_chinese(self):
        self._ask_unseen("zh_CN")

    def _ask_unseen(self, lang):
        self.department.lang = lang
        self.start_tour(
            "/odoo/my-applications",
            "insurance_access_unseen",
            login=self.department.login,
        )
        request = self.requests.search([("user_id", "=", self.department.id)])
        self.assertEqual(request.state, "submitted")
        # what is meant is kept from the applicant, not from the test
        self.assertEqual(request.sudo().line_ids.target_id, self.archive)
