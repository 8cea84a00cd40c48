"""docker-compose.yml cannot be run here: at least it says what we mean."""

import ast
import configparser
from pathlib import Path

import pytest
import yaml

REPO = Path(__file__).resolve().parents[2]
#: in the official image already
BROUGHT_BY_ODOO = {"cryptography"}
ADDONS = sorted(path.parent.name for path in REPO.glob("insurance_*/__manifest__.py"))


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((REPO / "docker-compose.yml").read_text())


def test_official_images(compose):
    images = {name: service["image"] for name, service in compose["services"].items()}
    ours = "insurance-odoo:19.0"
    assert images == {"db": "postgres:16", "init": ours, "web": ours}
    for name in ("init", "web"):
        assert compose["services"][name]["build"] == "./deploy"
    assert "FROM odoo:19.0\n" in (REPO / "deploy/Dockerfile").read_text()


def test_the_image_has_the_packages_that_our_addons_declare():
    packages = set()
    for addon in ADDONS:
        manifest = ast.literal_eval((REPO / addon / "__manifest__.py").read_text())
        packages |= set(manifest.get("external_dependencies", {}).get("python", ()))
    dockerfile = (REPO / "deploy/Dockerfile").read_text()
    for package in packages - BROUGHT_BY_ODOO:
        assert f"python3-{package}" in dockerfile


@pytest.mark.parametrize("service", ["init", "web"])
def test_every_addon_is_mounted_read_only(compose, service):
    volumes = compose["services"][service]["volumes"]
    for addon in ADDONS:
        assert f"./{addon}:/mnt/extra-addons/{addon}:ro" in volumes


def test_every_addon_is_installed(compose):
    options = compose["services"]["init"]["command"]
    (init,) = [option for option in options if option.startswith("--init=")]
    assert set(init.removeprefix("--init=").split(",")) == set(ADDONS)


def test_secrets_are_files_that_git_ignores(compose):
    for secret in compose["secrets"].values():
        assert secret["file"].startswith("./secrets/")
    assert "/secrets/" in (REPO / ".gitignore").read_text().splitlines()
    for service in compose["services"].values():
        assert not any(
            "PASSWORD" in key and not key.endswith("_FILE")
            for key in service.get("environment", {})
        )


def test_only_the_web_service_is_seen_and_only_from_this_machine(compose):
    ports = {
        name: service["ports"]
        for name, service in compose["services"].items()
        if "ports" in service
    }
    assert ports == {"web": ["127.0.0.1:8069:8069"]}


def test_lasting_services_have_health_checks(compose):
    for name in ("db", "web"):
        assert compose["services"][name]["healthcheck"]["test"]


def test_volumes_are_declared(compose):
    used = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service["volumes"]
        if not volume.startswith(".")
    }
    assert used == set(compose["volumes"])


def test_odoo_configuration_hides_the_database_list():
    config = configparser.ConfigParser()
    config.read(REPO / "deploy/odoo.conf")
    options = config["options"]
    assert options["list_db"] == "False"
    assert options["dbfilter"] == "^insurance$"
    assert "db_password" not in options


def test_keyring_and_ledger_lie_in_volumes_of_their_own(compose):
    config = configparser.ConfigParser()
    config.read(REPO / "deploy/odoo.conf")
    places = config["insurance_client_archive"]
    directories = {
        name: str(Path(places[name]).parent)
        for name in ("keyring", "destruction_ledger", "use_log_anchor")
    }
    assert directories["keyring"] != directories["destruction_ledger"]
    dockerfile = (REPO / "deploy/Dockerfile").read_text()
    for service in ("init", "web"):
        mounted = {
            volume.split(":")[1]: volume.split(":")[0]
            for volume in compose["services"][service]["volumes"]
        }
        for directory in directories.values():
            # a named volume, which takes over the owner of the image's directory
            assert not mounted[directory].startswith(".")
            assert directory in dockerfile
        assert mounted["/var/lib/odoo"] not in {
            mounted[d] for d in directories.values()
        }
