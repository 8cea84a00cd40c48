"""The addon's own section in the configuration file of the server."""

import configparser
import functools
import os

from odoo.tools import config

SECTION = "insurance_client_archive"


def option(name, default=""):
    """Return what the section says; read once, as Odoo does."""
    return _section(config["config"]).get(name, default)


def path_option(name):
    """Return a path; it may name the directory that systemd gives for credentials."""
    return os.path.expanduser(os.path.expandvars(option(name)))


@functools.lru_cache
def _section(config_file):
    parser = configparser.RawConfigParser()
    parser.read([config_file])
    return dict(parser.items(SECTION)) if parser.has_section(SECTION) else {}
