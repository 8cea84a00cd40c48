from odoo.tests import HttpCase, tagged

from .common_churn import ChurnCase, ago


@tagged("post_install", "-at_install")
class TestChurnTours(ChurnCase, HttpCase):
    """From the warning over cause and way to the result and its effect."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        # what the form of an entered archive asks for
        cls.archive.write({"gender": "male", "birth_date": "1985-03-04"})
        # another client, of whom nobody has thought, left in the meantime
        left = cls._archive(name="王芳")
        cls.env["insurance.churn.alert"].create(
            {"archive_id": left.id, "date": ago(20), "user_id": cls.agent.id}
        )
        lost = cls._policy(archive_id=left.id, state="active", start_date=ago(700))
        lost.write({"state": "lapsed", "state_reason": "Not paid"})

    def test_agent_wins_a_client_back_and_sees_the_effect(self):
        for lang in ("en_US", "zh_CN"):
            with self.subTest(lang=lang):
                self.agent.lang = lang
                # the client rested after the first turn
                self._alerts().sudo().closed_on = ago(10**4)
                self.env.invalidate_all()
                known = self._alerts()
                self._endanger()
                self._monitor()
                self.start_tour(
                    f"/odoo/clients/{self.archive.id}",
                    "insurance_win_back",
                    login=self.agent.login,
                )
                self.env.invalidate_all()
                alert = self._alerts() - known
                self.assertRecordValues(
                    alert,
                    [
                        {
                            "state": "won",
                            "cause": "price",
                            "result": "改为半年交，客户愿意继续。",
                        }
                    ],
                )
                self.assertEqual(alert.strategy_id.cause, "price")
                self.assertEqual(
                    alert.plan, alert.with_context(lang=lang).strategy_id.description
                )
                self.start_tour(
                    "/odoo/churn-effect",
                    "insurance_win_back_effect",
                    login=self.agent.login,
                )
