import {useHotkey} from "@web/core/hotkeys/hotkey_hook";
import {registry} from "@web/core/registry";
import {FormController} from "@web/views/form/form_controller";
import {formView} from "@web/views/form/form_view";

/**
 * Dialog that saves with the keyboard alone: Enter in a field of one line, and
 * Ctrl+Enter anywhere.
 */
export class QuickEntryController extends FormController {
    setup() {
        super.setup();
        useHotkey("control+enter", () => this.saveByKeyboard(), {
            bypassEditableProtection: true,
        });
        useHotkey("enter", () => this.saveByKeyboard(), {
            bypassEditableProtection: true,
            isAvailable: () =>
                document.activeElement?.matches(
                    ".o_field_char input, .o_field_float_time input"
                ),
        });
    }

    saveByKeyboard() {
        // in a dialog the buttons stand beside the form, in the dialog's footer
        const dialog = this.rootRef.el.closest(".modal-content") || this.rootRef.el;
        dialog.querySelector(".o_insurance_quick_save")?.click();
    }
}

registry.category("views").add("insurance_quick_entry", {
    ...formView,
    Controller: QuickEntryController,
});
