import {registry} from "@web/core/registry";

/** A number that React to typing is compared with. */
const remember = (name, selector) => ({
    content: `Remember ${name}`,
    trigger: selector,
    run() {
        window.insuranceTour = {
            ...window.insuranceTour,
            [name]: document.querySelector(selector).textContent.trim(),
        };
    },
});

registry.category("web_tour.tours").add("insurance_portrait", {
    steps: () => [
        {
            content: "The portrait is the first page of the client",
            trigger: ".o_notebook .nav-link.active[name=portrait]",
        },
        {
            content: "The radar says in words what it shows",
            trigger: ".o_insurance_radar[role=img][aria-label*=': ']",
        },
        {
            content: "What is missing to the need",
            trigger: ".o_insurance_cover .o_insurance_cover_gap",
        },
        {
            content: "The household",
            trigger: ".o_insurance_person:contains('李娜') .fa-umbrella",
        },
        {
            content: "A class explains itself",
            trigger: ".o_insurance_portrait_classes button[name=protection_need]",
            run: "click",
        },
        {
            content: "The points of its figures",
            trigger:
                ".o_insurance_class_detail[data-dimension=protection_need] table tr",
        },
        {
            content: "Keys walk along the classes",
            trigger: ".o_insurance_portrait_classes button[name=protection_need]",
            run: "press ArrowRight",
        },
        {
            trigger: ".o_insurance_portrait_classes button[name=behaviour]:focus",
        },
        {
            content: "Only claims on the time line",
            trigger: ".o_insurance_timeline button[name=contact]",
            run: "click",
        },
        {
            content: "A talk is opened from there",
            trigger: ".o_insurance_events li button:first",
            run: "click",
        },
        {trigger: ".o_form_view .o_field_widget[name=outcome]"},
    ],
});

registry.category("web_tour.tours").add("insurance_override", {
    steps: () => [
        {
            trigger: ".o_insurance_portrait_classes button[name=value_tier]",
            run: "click",
        },
        {
            content: "A person knows better",
            trigger: ".o_insurance_class_detail button[name=override]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=segment_id] .o_selection_badge:first",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit 家族企业即将投保",
        },
        {
            trigger: ".modal footer button.btn-primary",
            run: "click",
        },
        {
            content: "The portrait shows it as set by hand",
            trigger:
                ".o_insurance_portrait_classes button[name=value_tier] .fa-hand-paper-o",
        },
        {
            content: "With its reason",
            trigger: ".o_insurance_class_detail em:contains('家族企业')",
        },
    ],
});

registry.category("web_tour.tours").add("insurance_live_preview", {
    steps: () => [
        remember("before", ".o_insurance_live_moved"),
        {
            content: "Open the factor",
            trigger: ".o_field_widget[name=factor_ids] .o_data_row .o_data_cell:eq(1)",
            run: "click",
        },
        {
            content: "Everybody gets the points",
            trigger: ".modal .o_field_widget[name=band_ids] td[name=low]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=low] input",
            run: "edit 18",
        },
        {
            trigger: ".modal .o_field_widget[name=points] input",
            run: "click",
        },
        {
            content: "The figures follow while the dialog is open",
            trigger: ".modal .o_insurance_live_moved",
            async run() {
                const shown = () =>
                    document
                        .querySelector(".modal .o_insurance_live_moved")
                        ?.textContent.trim();
                for (let turn = 0; turn < 50; turn++) {
                    if (shown() && shown() !== window.insuranceTour.before) {
                        return;
                    }
                    await new Promise((resolve) => requestAnimationFrame(resolve));
                    await new Promise((resolve) => setTimeout(resolve, 100));
                }
                throw new Error(`The preview has not moved: ${shown()}`);
            },
        },
        {
            content: "What can't be counted is said in words",
            trigger:
                ".modal .o_field_widget[name=band_ids] .o_data_row .o_field_widget[name=low] input",
            run: "edit x",
        },
        {
            trigger: ".modal .o_field_widget[name=points] input",
            run: "click",
        },
        {trigger: ".modal .o_insurance_live .text-warning-emphasis"},
        {
            content: "Nothing is written",
            trigger: ".modal .o_form_button_cancel",
            run: "click",
        },
        {trigger: "body:not(:has(.modal))"},
    ],
});

registry.category("web_tour.tours").add("insurance_class_flow", {
    steps: () => [
        {
            trigger: ".o_insurance_flow select[name=day]",
            run: "selectByIndex 0",
        },
        {
            content: "A number leads to its clients",
            trigger: ".o_insurance_flow_table td button:first",
            run: "click",
        },
        {trigger: ".o_list_view .o_data_row:contains('张伟')"},
    ],
});
