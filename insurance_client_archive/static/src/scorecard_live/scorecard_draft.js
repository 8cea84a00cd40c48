/**
 * What is typed into a scorecard, saved or not, as plain values. Lines whose inside has
 * not been loaded were not touched: the server has them.
 */

const idOf = (value) => value?.id || false;

function test({low, high, option_ids, missing}) {
    return {
        low: low || "",
        high: high || "",
        options: [...(option_ids?.currentIds || [])],
        missing: Boolean(missing),
    };
}

function band({data}) {
    return {...test(data), points: data.points};
}

function condition({data}) {
    return {...test(data), feature: idOf(data.feature_id)};
}

function factor({data}) {
    return {
        feature: idOf(data.feature_id),
        applies_to: data.applies_to || "all",
        bands: data.band_ids.records.map(band),
    };
}

function rule({data}) {
    return {
        segment: idOf(data.segment_id),
        conditions: data.condition_ids.records.map(condition),
    };
}

function level({data}) {
    return {threshold: data.threshold, segment: idOf(data.segment_id)};
}

/** Whether the inside of a line is known here: it was opened, or is not saved yet. */
function isLoaded(list, record, inside) {
    return !inside || !record.resId || list._extendedRecords.has(record.id);
}

/** Return the lines of a list; one that is open in a dialog may not be in it yet. */
function lines(list, inside, build, opened) {
    const records = [...list.records];
    if (opened && opened.resModel === list.resModel && !opened.resId) {
        if (!records.some((record) => record.id === opened.id)) {
            records.push(opened);
        }
    }
    const known = new Set(records.map(({resId}) => resId));
    const others = list.currentIds.filter(
        (id) => Number.isInteger(id) && !known.has(id)
    );
    return [
        ...records.map((record) => {
            // the one in the dialog is what is being typed
            const line = record.id === opened?.id ? opened : record;
            return isLoaded(list, line, inside) ? build(line) : {id: line.resId};
        }),
        ...others.map((id) => ({id})),
    ];
}

export function draftOf(record) {
    const isLine = record.resModel !== "insurance.scorecard";
    const {data} = isLine ? record._parentRecord : record;
    const opened = isLine ? record : null;
    return {
        dimension: data.dimension,
        factors: lines(data.factor_ids, "band_ids", factor, opened),
        rules: lines(data.rule_ids, "condition_ids", rule, opened),
        levels: lines(data.level_ids, null, level, opened),
    };
}
