from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common_feedback import FeedbackCase


@tagged("post_install", "-at_install")
class TestFeedbackTours(FeedbackCase, HttpCase):
    """A complaint from its receipt to its end, against the clock, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.today = fields.Date.today()
        cls.days = timedelta(cls.env["insurance.parameter"]._get("complaint_days"))
        # a name that no other client has, to be found by typing
        cls.partner.name = "张伟投诉"
        cls.late = cls._feedback(
            name="逾期未复", received_on=cls.today - cls.days - timedelta(days=1)
        )

    def test_complaint_is_answered_in_time_and_closed(self):
        for lang in ("en_US", "zh_CN"):
            with self.subTest(lang=lang):
                self.manager.lang = lang
                known = self.archive.feedback_ids
                self.start_tour(
                    "/odoo/complaints",
                    "insurance_complaint_clock",
                    login=self.manager.login,
                )
                self.env.invalidate_all()
                self.assertRecordValues(
                    self.archive.feedback_ids - known,
                    [
                        {
                            "state": "closed",
                            "handler_id": self.manager.id,
                            "receipt_on": self.today,
                            "answer_deadline": self.today + self.days,
                            "answered_on": self.today,
                            "answered_late": False,
                            "outcome": "justified",
                            "cause": "service",
                        }
                    ],
                )
                # nobody has touched the other one
                self.assertTrue(self.late.overdue)
