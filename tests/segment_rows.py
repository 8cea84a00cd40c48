"""What a full classification writes: forget it, compare it, bring it back.

Row by row and without serial numbers, which differ from run to run.
"""

FIGURES = "insurance_client_feature"
CLASSES = "insurance_client_class"
HISTORY = "insurance_client_class_change"
TABLES = (FIGURES, CLASSES, HISTORY)
DIMENSIONS = (
    "client_type",
    "lifecycle_stage",
    "protection_need",
    "behaviour",
    "value_tier",
)
_CLASSES = ", ".join(DIMENSIONS)
_NOTHING = ", ".join(f"{name} = NULL" for name in DIMENSIONS)


def forget(cr, figures=True):
    """Let nobody be classified; the figures may stay."""
    cr.execute(f"DELETE FROM {HISTORY}")
    cr.execute(f"DELETE FROM {CLASSES}")
    if figures:
        cr.execute(f"DELETE FROM {FIGURES}")
    cr.execute(
        f"UPDATE insurance_archive SET {_NOTHING}"
        f" WHERE coalesce({_CLASSES}) IS NOT NULL"
    )


def keep(cr):
    """Copy all rows to tables beside them."""
    for table in TABLES:
        cr.execute(f"CREATE TABLE {table}_kept AS SELECT * FROM {table}")
    cr.execute(
        "CREATE TABLE insurance_archive_kept AS"
        f" SELECT id, {_CLASSES} FROM insurance_archive"
    )


def restore(cr):
    """Bring back what was kept."""
    forget(cr)
    for table in TABLES:
        cr.execute(f"INSERT INTO {table} SELECT * FROM {table}_kept")
        cr.execute(f"DROP TABLE {table}_kept")
    cr.execute(
        f"UPDATE insurance_archive AS archive SET ({_CLASSES}) ="
        f" ({', '.join(f'kept.{name}' for name in DIMENSIONS)})"
        " FROM insurance_archive_kept AS kept WHERE kept.id = archive.id"
    )
    cr.execute("DROP TABLE insurance_archive_kept")


def digest(cr):
    """Return {table: (number of rows, sum of what each row says)}."""
    found = {}
    for table in TABLES:
        cr.execute(
            "SELECT count(*), sum(hashtextextended((to_jsonb(line) - 'id')::text, 0))"
            f" FROM {table} AS line"
        )
        found[table] = cr.fetchone()
    cr.execute(
        f"SELECT count(*), sum(hashtextextended(row(id, {_CLASSES})::text, 0))"
        " FROM insurance_archive"
    )
    return found | {"insurance_archive": cr.fetchone()}
