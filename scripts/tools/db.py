"""Databases beside Odoo: existence, clones, and a stamp that says what is inside.

The stamp is the database's own comment (JSON), so it goes when the database goes.
Connection details come from PGHOST, PGPORT, PGUSER, PGPASSWORD.

usage: db.py check | list PREFIX | exists NAME | drop NAME... | clone FROM TO
             rename FROM TO | stamp NAME ODOO | changed NAME ODOO
             bundled NAME | no-demo NAME ADDON,... | logins NAME LOGIN,...
"""

import contextlib
import json
import os
import shutil
import sys
from pathlib import Path

import addons
import psycopg2
from psycopg2 import sql


@contextlib.contextmanager
def cursor(database="postgres"):
    connection = psycopg2.connect(dbname=database, connect_timeout=10)
    connection.autocommit = True
    try:
        with connection.cursor() as cr:
            yield cr
    finally:
        connection.close()


def filestore(database):
    return Path(os.environ["DATA_DIR"], "filestore", database)


def check():
    """Fail, in one line, when the server cannot be used."""
    try:
        with cursor() as cr:
            cr.execute("SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user")
            (may_create,) = cr.fetchone()
            cr.execute("SELECT current_user, current_setting('server_version_num')")
            user, version = cr.fetchone()
    except psycopg2.OperationalError as error:
        sys.exit(str(error).strip())
    if not may_create:
        sys.exit(f"user {user} may not create databases: ALTER ROLE {user} CREATEDB")
    if user == "postgres":
        sys.exit(
            "Odoo refuses to work as user postgres: CREATE ROLE odoo CREATEDB LOGIN"
        )
    if int(version) < 130000:
        sys.exit("the server is older than PostgreSQL 13, which Odoo 19 needs")


def names(prefix=""):
    with cursor() as cr:
        cr.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
        )
        return sorted(name for (name,) in cr.fetchall())


def exists(name):
    return name in names(name)


def drop(*databases):
    for name in databases:
        with cursor() as cr:
            cr.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                    sql.Identifier(name)
                )
            )
        shutil.rmtree(filestore(name), ignore_errors=True)


def clone(source, target):
    """Copy a database, its stamp, and its filestore by hard links.

    Odoo never changes a file of its filestore in place: links are safe.
    """
    with cursor() as cr:
        cr.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(target), sql.Identifier(source)
            )
        )
    write_stamp(target, read_stamp(source))
    if filestore(source).is_dir():
        shutil.rmtree(filestore(target), ignore_errors=True)
        shutil.copytree(filestore(source), filestore(target), copy_function=os.link)


def rename(source, target):
    with cursor() as cr:
        cr.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(source), sql.Identifier(target)
            )
        )
    if filestore(source).is_dir():
        shutil.rmtree(filestore(target), ignore_errors=True)
        filestore(source).rename(filestore(target))


def read_stamp(name):
    with cursor() as cr:
        cr.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname = %s",
            [name],
        )
        (comment,) = cr.fetchone()
    try:
        return json.loads(comment or "{}")
    except ValueError:
        return {}


def write_stamp(name, value):
    with cursor() as cr:
        cr.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(name), sql.Literal(json.dumps(value))
            )
        )


def stamp(name, odoo):
    """Note that the database is up to date with this Odoo and these addons."""
    write_stamp(name, {"odoo": odoo, "addons": addons.hashes()})


def changed(name, odoo):
    """Return Odoo's options that bring the database up to date."""
    stamped = read_stamp(name)
    if stamped.get("odoo", odoo) != odoo:
        return ["-u", "base"]
    known = stamped.get("addons", {})
    current = addons.hashes()
    with cursor(name) as cr:
        cr.execute("SELECT to_regclass('ir_module_module')")
        if cr.fetchone() == (None,):
            sys.exit(f"database {name} is there, but it is not a database of Odoo")
        cr.execute("SELECT name FROM ir_module_module WHERE state = 'installed'")
        installed = {addon for (addon,) in cr.fetchall()}
    new = [addon for addon in current if addon not in installed]
    stale = [a for a in current if a in installed and known.get(a) != current[a]]
    options = ["-i", ",".join(new)] if new else []
    return options + (["-u", ",".join(stale)] if stale else [])


def bundled(name):
    """Tell whether the web client's bundles have been built in this database."""
    with cursor(name) as cr:
        cr.execute(
            "SELECT EXISTS (SELECT FROM ir_attachment"
            " WHERE url LIKE '/web/assets/%/web.assets_web.min.js')"
        )
        return cr.fetchone()[0]


def without_demo(name, wanted):
    """Return the addons whose demo data failed (Odoo only logs a warning)."""
    with cursor(name) as cr:
        cr.execute(
            "SELECT name FROM ir_module_module WHERE name = ANY(%s) AND NOT demo",
            [wanted.split(",")],
        )
        return [addon for (addon,) in cr.fetchall()]


def logins(name, wanted):
    wanted = wanted.split(",")
    with cursor(name) as cr:
        cr.execute(
            "SELECT login FROM res_users WHERE active AND login = ANY(%s)", [wanted]
        )
        return sorted((login for (login,) in cr.fetchall()), key=wanted.index)


def main(command="", *args):
    if command == "check":
        check()
    elif command == "list":
        print("\n".join(names(*args)))
    elif command == "exists":
        sys.exit(not exists(*args))
    elif command == "drop":
        drop(*args)
    elif command == "clone":
        clone(*args)
    elif command == "rename":
        rename(*args)
    elif command == "stamp":
        stamp(*args)
    elif command == "changed":
        print(*changed(*args))
    elif command == "bundled":
        sys.exit(not bundled(*args))
    elif command == "no-demo":
        print(*without_demo(*args))
    elif command == "logins":
        print(*logins(*args))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
