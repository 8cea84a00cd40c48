from odoo import fields

from ..client_scope import Scope
from .common import MODULE, ArchiveCase


class SegmentCase(ArchiveCase):
    """Clients with figures and classes as of today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.editor = cls._user("editor", role="segment_editor")
        cls.editor2 = cls._user("editor2", role="segment_editor")
        cls.today = fields.Date.today()
        cls.Feature = cls.env["insurance.client.feature"]
        cls.Class = cls.env["insurance.client.class"]
        cls.Change = cls.env["insurance.client.class.change"]
        cls.Override = cls.env["insurance.client.class.override"]

    @classmethod
    def _refresh(cls, *archives, day=None):
        ids = [archive.id for archive in archives or [cls.archive]]
        cls.Class._refresh(ids, day or cls.today)
        cls.env.invalidate_all()

    @classmethod
    def _figures(cls, archive=None, day=None):
        """Return the figures of a client, worked out as of *day*."""
        archive = archive or cls.archive
        scope = Scope(archive_ids=(archive.id,))
        cls.Feature._refresh(scope, day or cls.today)
        return archive._figures()

    @classmethod
    def _issued(cls, **values):
        """Return a policy in force that began a hundred days ago."""
        start = fields.Date.subtract(cls.today, days=100)
        return cls._policy(**{"state": "active", "start_date": start, **values})

    @classmethod
    def _segment(cls, dimension, code):
        return cls.env.ref(f"{MODULE}.client_segment_{dimension}_{code}")

    @classmethod
    def _feature(cls, code):
        return cls.env.ref(f"{MODULE}.score_feature_{code}")

    @classmethod
    def _card(cls, dimension="value_tier"):
        return cls.env["insurance.scorecard"]._active()[dimension]

    @classmethod
    def _draft(cls, user=None, **values):
        """Return a draft: old clients are of high value, all others of low value."""
        Card = cls.env["insurance.scorecard"].with_user(user or cls.editor)
        return Card.create(
            {
                "name": "By age",
                "dimension": "value_tier",
                "factor_ids": [
                    fields.Command.create(
                        {
                            "feature_id": cls._feature("age").id,
                            "band_ids": [
                                fields.Command.create({"low": "60", "points": 10})
                            ],
                        }
                    )
                ],
                "level_ids": [
                    fields.Command.create(
                        {
                            "threshold": threshold,
                            "segment_id": cls._segment("value_tier", code).id,
                        }
                    )
                    for threshold, code in ((0, "low"), (10, "high"))
                ],
                **values,
            }
        )

    def assertClass(self, dimension, code, archive=None):
        archive = archive or self.archive
        self.env.invalidate_all()
        self.assertEqual(archive[dimension], code)
