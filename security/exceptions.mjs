// What is let through by name, each with its reason and a day to look at it again. An exception that has run out, or that
// nothing needs any more, is a failure: see licences.mjs and audit.mjs.

/** @type {Readonly<Record<string, { readonly reason: string, readonly until: string }>>} */
export const LICENCES = {
	"@segment/fql-ts": {
		reason:
			"Its package states none. Twilio Segment publishes it for @segment/actions-core, which is MIT and cannot do without it; we use no more of it than that does.",
		until: "2027-05-31",
	},
	"@segment/facade": {
		reason: "Its LICENSE file is MIT. Tests drive analytics-next, which needs it.",
		until: "2027-11-30",
	},
	"@segment/isodate": { reason: "Its LICENSE file is MIT. Needed by facade, in tests only.", until: "2027-11-30" },
	"@segment/isodate-traverse": {
		reason: "Its LICENSE file is MIT. Needed by facade, in tests only.",
		until: "2027-11-30",
	},
	"new-date": { reason: "Its LICENSE file is MIT. Needed by facade, in tests only.", until: "2027-11-30" },
};

/** By the id of the advisory, such as `GHSA-xxxx-xxxx-xxxx`. @type {typeof LICENCES} */
export const ADVISORIES = {};

/** What is wrong with a list of exceptions, given the names that were needed and today's date. */
export function staleExceptions(exceptions, needed, today = new Date().toISOString().slice(0, 10)) {
	return Object.entries(exceptions).flatMap(([name, { until }]) => {
		if (until < today) return [`the exception for ${name} ended on ${until}: look at it again`];
		return needed.has(name) ? [] : [`the exception for ${name} is not needed any more: take it away`];
	});
}
