from odoo.tests import tagged

from .. import use_log_epoch, use_log_verify, use_log_writer
from .common_use_log import UseLogCase


@tagged("post_install", "-at_install")
class TestUseLogVerification(UseLogCase):
    """Whatever is changed or taken away, verification names the place."""

    def setUp(self):
        super().setUp()
        use_log_writer.stop_all()
        self.seal()
        with self.cursor() as cr:
            cr.execute("SELECT max(id) FROM insurance_use_epoch")
            self.start = cr.fetchone()[0] + 1
        self.sealed = [self.row(self.record()) for _turn in range(5)]
        self.epoch = self.seal()
        self.sealed_later = [self.row(self.record()) for _turn in range(3)]
        self.last_epoch = self.seal()
        self.unsealed = [self.row(self.record()) for _turn in range(3)]
        self.anchor = self.file_anchor()
        self.tell_anchor()

    def tell_anchor(self):
        with self.cursor() as cr:
            cr.execute(
                "SELECT id AS epoch, encode(hash, 'hex') AS hash"
                " FROM insurance_use_epoch WHERE id > %s ORDER BY id",
                [self.anchor.last()],
            )
            self.anchor.append(cr.dictfetchall())

    def tamper(self, *queries, anchors=()):
        with self.tampering() as cr:
            for query, *params in queries:
                cr.execute(query, params)
            return self.verify(cr, anchors, first=self.start)

    def assert_misfit(self, found, kind, row=None, epoch=None):
        self.assertEqual(found.kind, kind)
        if row:
            self.assertEqual((found.writer, found.n), (row["writer"], row["n"]))
        if epoch:
            self.assertEqual(found.epoch, epoch)

    def test_an_untouched_log_fits(self):
        found = self.verify(anchors=[self.anchor], first=self.start)
        self.assertEqual(found.kind, "")
        self.assertEqual(found.epochs, 2)
        self.assertEqual(found.unsealed, 3)
        self.assertEqual(found.anchored, 2)
        # the event of the writer that began the chain counts, too
        self.assertEqual(found.events, 12)

    def test_every_changed_column_shows(self):
        row = self.sealed[2]
        for change in (
            "user_id = user_id + 1",
            "date = date + interval '1 microsecond'",
            "action = 'view'",
            "archive_id = NULL",
            "purpose = 'other'",
            "result = 'denied'",
            "count = 2",
            "content = 'name'",
            "caller_id = NULL",
            "mac = decode(repeat('00', 32), 'hex')",
        ):
            with self.subTest(change=change):
                found = self.tamper(
                    (f"UPDATE insurance_use_log SET {change} WHERE id = %s", row["id"])
                )
                self.assert_misfit(found, "mac", row, self.epoch)

    def test_a_changed_event_that_is_not_sealed_yet_shows(self):
        row = self.unsealed[1]
        found = self.tamper(
            ("UPDATE insurance_use_log SET action = 'view' WHERE id = %s", row["id"])
        )
        self.assert_misfit(found, "mac", row)

    def test_a_deleted_event_shows(self):
        row = self.sealed[3]
        found = self.tamper(("DELETE FROM insurance_use_log WHERE id = %s", row["id"]))
        self.assert_misfit(found, "missing", row, self.epoch)

    def test_a_deleted_event_shows_when_its_leaf_is_deleted_too(self):
        row = self.sealed[3]
        found = self.tamper(
            ("DELETE FROM insurance_use_log WHERE id = %s", row["id"]),
            ("DELETE FROM insurance_use_leaf WHERE log_id = %s", row["id"]),
        )
        self.assertIn(found.kind, ("gap", "leaf"))
        self.assertEqual(found.epoch, self.epoch)

    def test_a_gap_among_events_not_sealed_yet_shows(self):
        row = self.unsealed[1]
        found = self.tamper(("DELETE FROM insurance_use_log WHERE id = %s", row["id"]))
        self.assert_misfit(found, "gap", row)

    def test_a_deleted_sealed_tail_shows(self):
        first = self.sealed_later[1]
        found = self.tamper(
            (
                "DELETE FROM insurance_use_log WHERE writer = %s AND n >= %s",
                first["writer"],
                first["n"],
            )
        )
        self.assert_misfit(found, "missing", first, self.last_epoch)

    def test_a_sealed_tail_deleted_with_its_leaves_shows(self):
        first = self.sealed_later[1]
        place = (first["writer"], first["n"])
        found = self.tamper(
            ("DELETE FROM insurance_use_log WHERE writer = %s AND n >= %s", *place),
            ("DELETE FROM insurance_use_leaf WHERE writer = %s AND n >= %s", *place),
        )
        self.assert_misfit(found, "missing", first, self.last_epoch)

    def tail_and_epoch(self):
        first = self.sealed_later[0]
        place = (first["writer"], first["n"])
        return (
            ("DELETE FROM insurance_use_log WHERE writer = %s AND n >= %s", *place),
            ("DELETE FROM insurance_use_leaf WHERE epoch_id = %s", self.last_epoch),
            ("DELETE FROM insurance_use_epoch WHERE id = %s", self.last_epoch),
        )

    def test_a_tail_deleted_with_its_epoch_shows_through_the_anchor(self):
        found = self.tamper(*self.tail_and_epoch(), anchors=[self.anchor])
        self.assert_misfit(found, "anchor_missing", epoch=self.last_epoch)

    def test_without_an_anchor_a_tail_deleted_with_its_epoch_is_not_seen(self):
        # the limit that the documentation names
        self.assertTrue(self.tamper(*self.tail_and_epoch()).ok)

    def test_an_epoch_sealed_anew_shows_through_the_anchor(self):
        with self.tampering() as cr:
            for query, *params in self.tail_and_epoch():
                cr.execute(query, params)
            # not even the keys help: the old hash is outside
            cr.execute(
                "DELETE FROM insurance_use_leaf WHERE epoch_id = %s", [self.epoch]
            )
            cr.execute("DELETE FROM insurance_use_epoch WHERE id = %s", [self.epoch])
            for n in range(2):
                use_log_epoch.seal(cr, self.keyring)
                cr.execute(
                    "INSERT INTO insurance_use_log (writer, n, date, user_id, action,"
                    " result, mac) VALUES (1, %s, now(), 1, 'view', 'done', '')",
                    [n],
                )
            found = self.verify(cr, [self.anchor], first=self.start)
        self.assert_misfit(found, "anchor", epoch=self.epoch)

    def test_a_missing_epoch_shows(self):
        found = self.tamper(
            ("DELETE FROM insurance_use_epoch WHERE id = %s", self.epoch)
        )
        self.assert_misfit(found, "epoch_missing", epoch=self.epoch)

    def test_a_changed_epoch_shows(self):
        for change in ("count = count + 1", "date = now()", "root = previous"):
            with self.subTest(change=change):
                found = self.tamper(
                    (
                        f"UPDATE insurance_use_epoch SET {change} WHERE id = %s",
                        self.epoch,
                    )
                )
                self.assert_misfit(found, "epoch", epoch=self.epoch)

    def test_a_signature_by_another_key_shows(self):
        found = self.tamper(
            (
                "UPDATE insurance_use_epoch SET signature = "
                "decode(repeat('00', 64), 'hex') WHERE id = %s",
                self.epoch,
            )
        )
        self.assert_misfit(found, "signature", epoch=self.epoch)

    def test_leaves_in_another_order_show(self):
        found = self.tamper(
            (
                "UPDATE insurance_use_leaf SET position = -position"
                " WHERE epoch_id = %s",
                self.epoch,
            )
        )
        self.assertIn(found.kind, ("leaf", "gap"))

    def test_verification_tells_how_far_it_is(self):
        told = []
        self.patch(use_log_verify, "FETCH", 4)
        self.verify(first=self.start, progress=lambda *step: told.append(step))
        self.assertEqual(told, [(4, 9), (8, 9), (12, 9)])

    def test_a_part_of_the_log_can_be_verified(self):
        found = self.verify(first=self.last_epoch)
        self.assertEqual((found.kind, found.epochs, found.events), ("", 1, 6))

    def test_one_record_has_a_proof(self):
        with self.cursor() as cr:
            proof = use_log_epoch.proof(cr, self.sealed[1]["id"])
        self.assertTrue(proof["holds"])
        self.assertEqual(proof["epoch"], self.epoch)
        self.assertTrue(self.keyring.verify(proof["hash"], proof["signature"]))

    def test_an_event_that_is_not_sealed_has_no_proof_yet(self):
        with self.cursor() as cr:
            self.assertIsNone(use_log_epoch.proof(cr, self.unsealed[0]["id"]))

    def test_nothing_to_seal_makes_no_epoch(self):
        self.assertTrue(self.seal())
        self.assertFalse(self.seal())

    def test_the_file_anchor_survives_half_a_line(self):
        with open(self.anchor.path, "a", encoding="utf-8") as file:
            file.write('{"log": "half')
        self.seal()
        self.tell_anchor()
        found = self.verify(anchors=[self.anchor], first=self.start)
        self.assertEqual((found.kind, found.anchored), ("", 3))
