from datetime import date, timedelta

from .common import MODULE, ArchiveCase


def ago(days):
    """Return the day so many days before today."""
    return date.today() - timedelta(days=days)


class ChurnCase(ArchiveCase):
    """Signs: a complaint 30 points, silence of 100 days 30 points; warning at 50."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Sign = cls.env["insurance.churn.indicator"]
        Sign.search([]).active = False
        Sign.flush_model()
        cls.complaint_sign = Sign.create(
            {"name": "C", "measure": "complaints", "threshold": 1, "points": 30}
        )
        cls.silence_sign = Sign.create(
            {"name": "S", "measure": "silent_days", "threshold": 100, "points": 30}
        )
        cls.env.ref(f"{MODULE}.parameter_churn_alert_points").value = 50
        cls.archive.sudo()._write_multi([{"state": "entered"}])
        cls.env.invalidate_all()

    def _endanger(self, archive=None):
        archive = archive or self.archive
        archive.last_contact_date = ago(200)
        self.env["insurance.feedback"].create(
            {"archive_id": archive.id, "name": "x", "kind": "complaint"}
        )
        self._renew_figures(archive)

    def _renew_figures(self, archive):
        """What happened to a client is known by the figures, as after a minute."""
        self.env["insurance.client.class"]._refresh(archive.ids)

    def _monitor(self):
        self._renew_figures(self.archive)
        sum(self.env["insurance.churn.alert"]._monitor_chunks())
        self.env.invalidate_all()

    def _alerts(self):
        return self.archive.churn_alert_ids
