import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {FormViewDialog} from "@web/views/view_dialogs/form_view_dialog";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {Component, useRef} from "@odoo/owl";

const FOCUSABLE = "input:not([type=file]), textarea, select, button, a[role=button]";

/** Resolve after the next two frames: by then a notebook page has been drawn. */
const nextPaint = () =>
    new Promise((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(resolve))
    );

/**
 * What the record lacks, as a row of buttons. Each one leads to the place where it
 * can be entered: the field in the open form, or the dialog for a paper or a person.
 */
export class MissingField extends Component {
    static template = "insurance_client_archive.MissingField";
    static props = {...standardFieldProps};

    setup() {
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.root = useRef("root");
    }

    get record() {
        return this.props.record;
    }

    get mayEdit() {
        return this.record.data.editable;
    }

    get items() {
        const {records} = this.record.data[this.props.name];
        return records.map(({resId, data}) => ({
            id: resId,
            label: data.display_name,
            what: data.what,
            field: data.field_name,
            paper: data.document_type_id,
            relation: data.relation,
            needed: data.stage === "enter",
        }));
    }

    tooltip(item) {
        return item.needed
            ? _t("Needed to enter the archive")
            : _t("Needed to file it");
    }

    async onClick(item) {
        if (item.what === "field") {
            await this.showField(item);
        } else if (item.what === "paper") {
            await this.addChild("insurance.document", item, {
                default_type_id: item.paper.id,
            });
        } else {
            await this.addChild("insurance.related.person", item, {
                default_relation: item.relation,
            });
        }
    }

    /** Save what is typed so far, open the dialog, then show what is left. */
    async addChild(resModel, item, defaults) {
        if (!(await this.record.save())) {
            return;
        }
        this.dialog.add(FormViewDialog, {
            resModel,
            title: item.label,
            context: {
                default_archive_id: this.record.resId,
                show_client_name: true,
                ...defaults,
            },
            canExpand: false,
            onRecordSaved: () => this.record.load(),
        });
    }

    async showField(item) {
        const form = this.root.el.closest(".o_form_renderer");
        for (const page of this.pagesOf(item.field)) {
            form.querySelector(
                `.o_notebook_headers .nav-link[name="${page}"]`
            )?.click();
            await nextPaint();
        }
        const fields = [
            ...form.querySelectorAll(`.o_field_widget[name="${item.field}"]`),
        ];
        const field =
            fields.find((el) => !el.matches(".o_readonly_modifier")) || fields[0];
        if (!field) {
            this.notification.add(_t("“%s” is not on this form.", item.label), {
                type: "warning",
            });
            return;
        }
        field.scrollIntoView({block: "center"});
        const target = field.querySelector(FOCUSABLE) || field;
        if (target === field) {
            // a widget without an input of its own, such as a row of badges
            field.tabIndex = -1;
        }
        target.focus({preventScroll: true});
    }

    /** Names of the notebook pages around the field, the outermost first. */
    pagesOf(fieldName) {
        const nodes = [
            ...(this.env.config.viewArch?.querySelectorAll(
                `field[name="${fieldName}"]`
            ) || []),
        ].filter((el) => !el.parentElement.closest("field"));
        const node = nodes.find((el) => !el.getAttribute("readonly")) || nodes[0];
        const pages = [];
        for (
            let page = node?.closest("page");
            page;
            page = page.parentElement.closest("page")
        ) {
            pages.unshift(page.getAttribute("name"));
        }
        return pages;
    }
}

registry.category("fields").add("insurance_missing", {
    component: MissingField,
    displayName: _t("Missing data"),
    supportedTypes: ["many2many"],
    fieldDependencies: [{name: "editable", type: "boolean"}],
    relatedFields: [
        {name: "display_name", type: "char"},
        {name: "what", type: "selection", selection: []},
        {name: "field_name", type: "char"},
        {
            name: "document_type_id",
            type: "many2one",
            relation: "insurance.document.type",
        },
        {name: "relation", type: "selection", selection: []},
        {name: "stage", type: "selection", selection: []},
    ],
});
