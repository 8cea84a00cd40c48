from datetime import date

from odoo.tests import tagged

from .common_feedback import FeedbackCase
from .common_segments import SegmentCase
from .test_satisfaction import SatisfactionCase


@tagged("post_install", "-at_install")
class TestClientVoice(SatisfactionCase, FeedbackCase, SegmentCase):
    """What a client says is among the figures that classes are made of."""

    def test_complaints_of_twelve_months_are_counted(self):
        self._feedback()
        self._feedback(kind="praise")
        self._feedback(received_on="2021-03-05")
        self.assertEqual(self._figures()["complaints_12m"], 1)
        for day, count in (
            (date(2021, 3, 4), 0),
            (date(2021, 3, 5), 1),
            (date(2022, 3, 4), 1),
            (date(2022, 3, 5), 0),
        ):
            self.assertEqual(self._figures(day=day)["complaints_12m"], count, day)

    def test_a_withdrawn_complaint_counts_no_more(self):
        feedback = self._feedback()
        feedback.write({"state": "withdrawn", "state_reason": "A mistake"})
        self.assertEqual(self._figures()["complaints_12m"], 0)

    def test_the_latest_answer_is_the_satisfaction(self):
        self.assertIsNone(self._figures()["satisfaction"])
        self._answer(self._ask(), (5, 5, 5))
        self.assertEqual(self._figures()["satisfaction"], 50)

    def test_a_complaint_refreshes_the_client(self):
        self.env["insurance.client.event"].search([]).unlink()
        self._feedback()
        self.env["insurance.client.event"]._write_pending()
        events = self.env["insurance.client.event"].search([])
        self.assertEqual(events.archive_id, self.archive)

    def test_a_complaint_changes_the_behaviour(self):
        self._issued()
        self._refresh()
        before = self.archive.behaviour
        self._feedback()
        self._refresh()
        self.assertNotEqual(self.archive.behaviour, before)
