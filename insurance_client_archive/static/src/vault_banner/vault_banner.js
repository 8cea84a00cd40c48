import {Component, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {session} from "@web/session";

/** Tells those who can act what is wrong with keys and scheduled actions. */
export class VaultBanner extends Component {
    static template = "insurance_client_archive.VaultBanner";
    static props = {};

    setup() {
        // on a phone each notice takes one line until it is touched
        this.state = useState({open: false});
    }

    toggle() {
        this.state.open = !this.state.open;
    }

    get notices() {
        return [
            {icon: "fa-key", text: session.insurance_vault_notice},
            {icon: "fa-clock-o", text: session.insurance_jobs_notice},
        ].filter(({text}) => text);
    }
}

registry
    .category("main_components")
    .add("insurance_client_archive.VaultBanner", {Component: VaultBanner});
