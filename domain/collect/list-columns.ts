import { closestWord } from "#contracts/definitions/closest-word.ts";
import type { IdentityRules } from "#contracts/definitions/identity.ts";

/** Which column of a table is which namespace of identifiers, and the titles of those that are none. */
export type ListColumns = {
	readonly columns: readonly { readonly namespace: string; readonly position: number }[];
	readonly ignored: readonly string[];
};

/** A title as it may be shown: it is the uploader's text. */
const LONGEST_TITLE = 64;

/**
 * Reads the title row: `User ID` is the namespace `user_id`. With `as` the first column is of that namespace, whatever its
 * title. Answers in words what is wrong where no column can be used.
 */
export function listColumns(
	titles: readonly string[],
	rules: IdentityRules,
	as?: string,
): ListColumns | { readonly wrong: string } {
	const usable = rules.identifiers
		.filter(({ onShared }) => onShared !== "time_sliced")
		.map(({ namespace }) => namespace);
	if (titles.length === 0) return { wrong: "The file is empty: it needs a row of titles, such as email." };
	if (titles.some((title) => /[\0\ufffd]/.test(title))) return { wrong: "The file is not text in UTF-8." };
	if (as !== undefined) {
		if (!usable.includes(as)) return { wrong: `${as} is no namespace of identifiers here: ${oneOf(as, usable)}.` };
		return { columns: [{ namespace: as, position: 0 }], ignored: titles.slice(1).map(shown) };
	}
	const named = titles.map((title, position) => ({ title, namespace: namespaceIn(title), position }));
	const columns = named.filter(({ namespace }) => usable.includes(namespace));
	const twice = columns.find(({ namespace }, at) =>
		columns.some((other, i) => i < at && other.namespace === namespace),
	);
	if (twice) return { wrong: `Two columns are called ${twice.namespace}: leave one out.` };
	if (columns.length === 0) return { wrong: noColumn(titles, usable) };
	const ignored = named.filter((each) => !columns.includes(each)).map(({ title }) => shown(title));
	return { columns: columns.map(({ namespace, position }) => ({ namespace, position })), ignored };
}

const namespaceIn = (title: string): string =>
	title
		.trim()
		.toLowerCase()
		.replaceAll(/[\s-]+/g, "_");

const shown = (title: string): string => title.trim().slice(0, LONGEST_TITLE);

function noColumn(titles: readonly string[], usable: readonly string[]): string {
	const near = titles.map((title) => closestWord(namespaceIn(title), usable)).find((word) => word !== undefined);
	const hint = near === undefined ? `the titles may be ${usable.join(", ")}` : `did you mean ${near}?`;
	return `No column is called as a namespace of identifiers is (${hint}). With as=<namespace> the first column is taken for that.`;
}

function oneOf(as: string, usable: readonly string[]): string {
	const near = closestWord(as, usable);
	return near === undefined ? `it may be ${usable.join(", ")}` : `did you mean ${near}?`;
}
