import {choose, word} from "./choose";
import {registry} from "@web/core/registry";

const FORM = ".o_form_view";
const tours = registry.category("web_tour.tours");

/** Clicks a button of the form, and agrees where it asks. */
const press = (name, asks = false) => [
    {
        content: `Press ${name}`,
        trigger: `${FORM} button[name=${name}]:visible`,
        run: "click",
    },
    ...(asks
        ? [
              {
                  content: "What follows is said before",
                  trigger: ".modal .modal-footer .btn-primary",
                  run: "click",
              },
              {trigger: "body:not(:has(.modal))"},
          ]
        : []),
];
const page = (name) => ({
    content: `Turn to ${name}`,
    trigger: `${FORM} .o_notebook a[name=${name}]`,
    run: "click",
});
const state = (value) => ({
    content: `It is ${value}`,
    trigger: `${FORM} .o_statusbar_status button[data-value=${value}][aria-current=step]`,
});
const write = (name, text) => ({
    content: `Write ${name}`,
    trigger: `${FORM} div[name=${name}] textarea, ${FORM} div[name=${name}] input`,
    run: `edit ${text}`,
});
const saved = () => [
    {trigger: `${FORM} .o_form_button_save:enabled`, run: "click"},
    {trigger: ".o_form_saved"},
];
const back = {trigger: ".o_back_button", run: "click"};
const open = (row, column = "name") => ({
    content: "Open it",
    trigger: `.o_list_view .o_data_row:contains(${row}) td[name=${column}]`,
    run: "click",
});
const demand = () =>
    word("Notes of talks hold no ID numbers", "沟通记录中没有证件号码");
const incident = () => open("test agent2");

// the officer begins the checks of the day
tours.add("insurance_day_check", {
    steps: () => [
        {
            trigger:
                ".o_list_view .o_data_row:contains(Look of the day) button[name=action_run]",
            run: "click",
        },
        state("running"),
    ],
});

// from what was found to the person who mends it
tours.add("insurance_day_assign", {
    steps: () => [
        open(demand(), "check_id"),
        ...press("action_open_violations"),
        {
            content: "Which record it is, and not a word of what is in it",
            trigger: ".o_list_view .o_data_row:not(:contains(11010519491231002X))",
        },
        back,
        {
            content: "What helps",
            trigger: `${FORM} div[name=advice]`,
        },
        ...press("action_open_rectification"),
        state("new"),
        ...choose("[name=responsible_id]", "test agent"),
        ...saved(),
        {
            content: "Who is next, and until when",
            trigger: `${FORM} div[name=next_step]:contains(test agent)`,
        },
    ],
});

// the agent gets from the ledger to the record, mends it and shows so
tours.add("insurance_day_mend", {
    steps: () => [
        open(demand(), "number"),
        ...press("action_begin"),
        state("progress"),
        ...press("action_open_records"),
        write("client_words", "My number is known to you"),
        ...saved(),
        back,
        state("progress"),
        write("measure", "The number is in the sealed field now"),
        {
            trigger: "div[name=evidence_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {trigger: ".modal div[name=name] input", run: "edit List of talks"},
        {trigger: ".modal div[name=reference] input", run: "edit T-17"},
        {trigger: ".modal .o_form_button_save", run: "click"},
        {trigger: "div[name=evidence_ids] .o_data_row:contains(T-17)"},
        ...press("action_done"),
        state("done"),
        {
            content: "Who has mended it can't verify it",
            trigger: `${FORM}:not(:has(button[name=action_verify]))`,
        },
    ],
});

// the next run is clean; another officer verifies
tours.add("insurance_day_verify", {
    steps: () => [
        {
            content: "The newest run of the plan",
            trigger:
                ".o_list_view .o_data_row:contains(Look of the day):eq(0) td[name=name]",
            run: "click",
        },
        {
            content: "Everything is as it should be",
            trigger: `${FORM} div[name=rate]:contains(100.00)`,
        },
        {
            content: "And that is better than before",
            trigger: `${FORM} div[name=rate_change]:not(:contains(-)):not(:contains(/^0.00$/))`,
        },
        {
            trigger: `${FORM} div[name=result_ids] .o_data_row:contains(${demand()}) td[name=check_id]`,
            run: "click",
        },
        {trigger: "button[name=action_open_rectification]", run: "click"},
        state("done"),
        page("verification"),
        write("verify_note", "The check found nothing any more"),
        ...press("action_verify", true),
        state("verified"),
    ],
});

// a rule has found a mass reveal: the officer leads it as far as letters
tours.add("insurance_day_lead", {
    steps: () => [
        incident(),
        state("new"),
        ...press("action_assess"),
        state("assessing"),
        page("findings"),
        {
            content: "The detection explains itself",
            trigger: `${FORM} div[name=detection_ids] .o_data_row`,
        },
        ...press("action_suspend", true),
        {
            content: "The user is suspended",
            trigger: `${FORM} button[name=action_lift]:visible`,
        },
        page("affected"),
        ...press("action_compute_affected"),
        {
            content: "Whose values were opened is affected",
            trigger: `${FORM} div[name=affected_count] span:contains(8)`,
        },
        page("letters"),
        write("what_text", "Sealed values were opened without need"),
        write("cause_text", "Too wide rights"),
        write("harm_text", "Unwanted calls"),
        write("remedy_text", "The account was suspended"),
        write("advice_text", "Be careful with calls in our name"),
        ...saved(),
        ...press("action_contained"),
        state("contained"),
        page("letters"),
        ...press("action_decide_tell"),
        ...press("action_prepare_letters"),
        {
            content: "They are being prepared",
            trigger: `${FORM} div[name=letters_by_id]`,
        },
    ],
});

// the second officer reads and approves them
tours.add("insurance_day_approve", {
    steps: () => [
        incident(),
        page("letters"),
        ...press("action_approve_letters", true),
        {
            content: "Approved",
            trigger: `${FORM} div[name=approved_by_id]`,
        },
    ],
});

// after the letters are printed and the clocks stopped: post-mortem, and its measure
tours.add("insurance_day_review", {
    steps: () => [
        incident(),
        page("clocks"),
        {
            content: "One report is left, and its deadline runs",
            trigger: `${FORM} div[name=clock_ids] button[name=action_tell]:visible`,
            run: "click",
        },
        {trigger: ".modal div[name=reference] input", run: "edit No. 7"},
        {trigger: ".modal button[name=action_confirm]", run: "click"},
        {trigger: "body:not(:has(.modal))"},
        {
            content: "All are told",
            trigger: `${FORM} div[name=clock_ids]:not(:has(button[name=action_tell]))`,
        },
        ...press("action_notified"),
        state("notified"),
        page("review"),
        write("root_cause", "The limit was too high"),
        write("lessons", "Lower it"),
        {
            trigger: "div[name=measure_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: "div[name=measure_ids] div[name=name] input",
            run: "edit Lower the limit",
        },
        ...saved(),
        ...press("action_hand_over"),
        {
            content: "The ledger has it",
            trigger: `${FORM} button[name=action_open_rectifications]:visible`,
        },
        ...press("action_reviewed"),
        state("reviewed"),
    ],
});

// somebody else closes it
tours.add("insurance_day_close", {
    steps: () => [incident(), ...press("action_close", true), state("closed")],
});
