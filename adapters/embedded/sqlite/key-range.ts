import type { ItemQuery } from "../../items/item-store.ts";

/** In SQLite any blob is greater than any text, so this bound excludes no key. */
const UNBOUNDED = new Uint8Array(0);

/** The sort keys of a page: from the first, up to but without the last. */
export type KeyRange = { readonly from: string; readonly before: string | Uint8Array };

/** The range of a query's next page. The cursor is the last sort key of the page before. */
export function keyRange({ prefix, from, to, cursor, reverse }: Omit<ItemQuery, "pk" | "limit">): KeyRange {
	const whole: KeyRange =
		prefix === undefined
			? { from: from ?? "", before: to === undefined ? UNBOUNDED : after(to) }
			: { from: prefix, before: afterAllWith(prefix) };
	if (cursor === undefined) return whole;
	const last = Buffer.from(cursor, "base64url").toString();
	return reverse ? { from: whole.from, before: last } : { from: after(last), before: whole.before };
}

/** The cursor that continues after a sort key. */
export const cursorAt = (sk: string): string => Buffer.from(sk).toString("base64url");

/** The very next text in byte order. */
const after = (text: string): string => `${text}\u0000`;

const LAST_CODE_POINT = 0x10ffff;

/** The first text, in byte order, after all that begin with the prefix. UTF-8 sorts as its code points do. */
function afterAllWith(prefix: string): string | Uint8Array {
	const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
	while (points.at(-1) === LAST_CODE_POINT) points.pop();
	const last = points.pop();
	if (last === undefined) return UNBOUNDED;
	// the numbers between are surrogates, which no UTF-8 text has
	return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
}
