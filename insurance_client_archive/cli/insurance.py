import argparse
import json
import logging
import sys
from pathlib import Path

from odoo.cli.command import Command
from odoo.modules.module import load_script
from odoo.tools import config

import odoo.addons


class Insurance(Command):
    """Keys and use log of the insurance client archive, without the web"""

    epilog = """
        exit codes: 0 done, nothing wrong; 1 something is wrong with the keys or the
        sealed data; 2 the command can't be understood; 3 refused, the reason is told

        examples:
          odoo insurance keys status -d production
          odoo insurance keys create --path /etc/odoo/insurance.keyring
          odoo insurance keys shred-ledger verify --json
          odoo insurance log verify -d production
    """

    def __init__(self):
        super().__init__()
        common = argparse.ArgumentParser(add_help=False)
        common.add_argument("-c", "--config", help="configuration file of the server")
        common.add_argument("-d", "--database", help="database")
        common.add_argument(
            "--json", action="store_true", help="answer with one line for programs"
        )
        subjects = self.parser.add_subparsers(dest="subject", required=True)
        keys = subjects.add_parser("keys", help="keyring, data keys, ledger")
        commands = keys.add_subparsers(dest="command", required=True)

        def add(name, text):
            return commands.add_parser(
                name, help=text, description=text, parents=[common]
            )

        add("status", "tell what is known about keyring, keys and ledger")
        create = add("create", "make a keyring with new keys")
        create.add_argument("--path", help="file; otherwise as configured")
        create.add_argument("--cipher", help="aes-256-gcm (default) or sm4-gcm")
        add("confirm-backup", "note that a copy of the keyring lies in a safe place")
        rotate = add("rotate", "replace the master key; run again after the backup")
        rotate.add_argument(
            "--no-wait", action="store_true", help="leave the work to the server"
        )
        retire = add("retire", "destroy an old version of the master key for good")
        retire.add_argument("version", type=int)
        retire.add_argument("--yes", action="store_true", help="do not ask")
        add("check", "try to open every key and every sealed value")
        renew = add("rotate-data-key", "give one archive a new data key")
        renew.add_argument("number", help="number of the archive")
        ledger = add("shred-ledger", "the ledger of what was destroyed")
        ledger.add_argument("step", choices=["status", "verify", "replay", "purge"])

        log = subjects.add_parser("log", help="use log")
        commands = log.add_subparsers(dest="command", required=True)
        verify = add("verify", "recount the use log; name the first misfit")
        verify.add_argument(
            "--recent", action="store_true", help="the last days, not the whole log"
        )
        add("status", "tell when the log was sealed and verified, and how protected")

        self.others = _subjects_of_other_addons()
        for other in self.others.values():
            other.add(subjects, common)

    def run(self, cmdargs):
        options = self.parser.parse_args(cmdargs)
        arguments = ["--no-http"]
        if options.config:
            arguments += ["-c", options.config]
        if options.database:
            arguments += ["-d", options.database]
        config.parse_config(arguments, setup_logging=True)
        # what the command says comes on standard output, alone
        logging.getLogger().setLevel(logging.WARNING)
        # Odoo loads this file by itself; the addon is there after the configuration
        from odoo.addons.insurance_client_archive import key_commands, log_commands

        subjects = {"keys": key_commands, "log": log_commands, **self.others}
        answer, code = subjects[options.subject].run(options, config["db_name"])
        sys.stdout.write(_written(answer, options.json))
        sys.exit(code)


def _subjects_of_other_addons():
    """Return {subject: module} of the files ``cli/insurance_<subject>.py``."""
    return {
        file.stem.removeprefix("insurance_"): load_script(file, f"odoo.cli.{file.stem}")
        for path in odoo.addons.__path__
        for file in sorted(Path(path).glob("*/cli/insurance_*.py"))
    }


def _written(answer, for_programs):
    if for_programs:
        return json.dumps(answer, sort_keys=True, default=str) + "\n"
    return "".join(f"{line}\n" for line in _lines(answer))


def _lines(value, indent=""):
    """Yield the answer as lines for people."""
    for name, item in value.items():
        if isinstance(item, dict):
            yield f"{indent}{name}:"
            yield from _lines(item, indent + "  ")
        elif isinstance(item, list) and item and isinstance(item[0], dict):
            yield f"{indent}{name}:"
            for row in item:
                text = ", ".join(f"{key} {_spelled(row[key])}" for key in row)
                yield f"{indent}  - {text}"
        elif item not in ("", None):
            yield f"{indent}{name}: {_spelled(item)}"


def _spelled(value):
    if isinstance(value, dict):
        return " ".join(f"{key}={item}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "unknown" if value is None else value
