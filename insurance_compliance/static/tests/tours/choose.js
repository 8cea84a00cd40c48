import {user} from "@web/core/user";

/**
 * Names a record by the keyboard: Enter waits for the answer to what was typed, whereas
 * a click could meet the list of before.
 */
export const choose = (field, name) => [
    {trigger: `${field} input`, run: `edit ${name}`},
    {trigger: `${field} input`, run: "press Enter"},
    {trigger: `${field} input:value(${name})`},
    {trigger: "body:not(:has(.o-autocomplete--dropdown-menu))"},
];

/** Returns the word that the user's language has on the screen. */
export const word = (english, chinese) =>
    user.lang.startsWith("zh") ? chinese : english;
