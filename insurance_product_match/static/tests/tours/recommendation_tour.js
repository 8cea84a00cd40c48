import {registry} from "@web/core/registry";

// No words of the page: the same steps run in English and in Chinese.
const inState = (state) => ({
    trigger: `.o_statusbar_status .o_arrow_button_current[data-value='${state}']`,
});
const next = {
    trigger: "button[name=action_next]:visible:not([disabled])",
    run: "click",
};

registry.category("web_tour.tours").add("insurance_recommendation_begin", {
    steps: () => [
        {trigger: ".o_form_view .nav-link[name=insurance]", run: "click"},
        {trigger: "button[name=action_new_recommendation]:visible", run: "click"},
        inState("collect"),
        next,
        inState("match"),
        {trigger: "button[name=action_find_products]:visible", run: "click"},
        {trigger: "[name=line_ids] .o_data_row"},
        next,
        inState("recommend"),
        {
            trigger: "[name=opinion] textarea",
            run: "edit It closes the largest gap within the budget.",
        },
        {trigger: ".o_form_button_save", run: "click"},
        {trigger: ".o_form_view .o_form_saved"},
    ],
});

registry.category("web_tour.tours").add("insurance_recommendation_finish", {
    steps: () => [
        inState("recommend"),
        next,
        inState("talk"),
        {
            trigger: "[name=line_ids] .o_data_row:first [name=chosen] input",
            run: "click",
        },
        ...[0, 1, 2, 3, 4, 5, 6].flatMap((number) => [
            {
                trigger: `[name=explained_ids] input[type=checkbox]:eq(${number})`,
                run: "click",
            },
            // the boxes are drawn anew after each click
            {trigger: `[name=explained_ids] input:checked:eq(${number})`},
        ]),
        {trigger: ".o_form_button_save", run: "click"},
        {trigger: "[name=signatures_due] button[data-kind=confirmation]", run: "click"},
        {trigger: ".modal a.o_web_sign_auto_button", run: "click"},
        {trigger: ".modal footer .btn-primary:not([disabled])", run: "click"},
        inState("confirmed"),
        {trigger: "button[name=action_sell]:visible", run: "click"},
        {trigger: ".o_form_view [name=application_date], .o_list_view"},
    ],
});
