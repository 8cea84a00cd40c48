import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {session} from "@web/session";

/** Tells administrators what is wrong with the keys of sealed data. */
export class VaultBanner extends Component {
    static template = "insurance_client_archive.VaultBanner";
    static props = {};

    get notice() {
        return session.insurance_vault_notice;
    }
}

registry
    .category("main_components")
    .add("insurance_client_archive.VaultBanner", {Component: VaultBanner});
