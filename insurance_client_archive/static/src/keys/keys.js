import {formView} from "@web/views/form/form_view";
import {pollWhile} from "../sweep/sweep";
import {registry} from "@web/core/registry";

export class KeysFormController extends formView.Controller {
    setup() {
        super.setup();
        pollWhile(this, () => this.model.root.data.is_working);
    }
}

registry.category("views").add("insurance_vault_overview_form", {
    ...formView,
    Controller: KeysFormController,
});
