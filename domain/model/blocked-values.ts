import type { IdentityRules } from "#contracts/definitions/identity.ts";
import type { Identifier } from "./identifier.ts";
import { unslice } from "./time-slice.ts";

/**
 * Values that stand for nobody: the union of what Segment's Unify and PostHog refuse (FIELD A4 row 31), compared in lower
 * case, without surrounding blanks and quotes. SDKs and forms send them when a variable was empty.
 */
export const NOBODY: ReadonlySet<string> = new Set([
	"",
	"-1",
	"0",
	"[object object]",
	"anonymous",
	"distinct_id",
	"distinctid",
	"email",
	"false",
	"guest",
	"id",
	"nan",
	"none",
	"not_authenticated",
	"null",
	"true",
	"undefined",
]);

/** Segment's `^[0-]*$`: also the UUID of nothing but zeros, which phones send when advertising ids are off. */
const ZEROS_AND_DASHES = /^[0-]*$/;
const QUOTES = /^["'`]+|["'`]+$/g;

/** Addresses people type, or tills send, to get past a form; a pattern as in the workspace's `blocked` lists. */
const NOBODYS_EMAILS = ["test@test.*", "none@none.*", "na@na.*", "noreply@*", "no-reply@*", "no@email.*", "noemail@*"];

/**
 * Says whether a normalised value points at nobody: by the list every installation has, or by a pattern the workspace
 * blocks for its namespace. The rule is a function of the value alone, so it holds for what was seen before it, too.
 */
export function isBlocked(namespace: string, value: string, patterns: readonly string[]): boolean {
	const bare = value.toLowerCase().replace(QUOTES, "").trim();
	if (NOBODY.has(bare) || ZEROS_AND_DASHES.test(bare)) return true;
	if (namespace === "email" && NOBODYS_EMAILS.some((pattern) => matches(pattern, bare))) return true;
	return patterns.some((pattern) => matches(pattern, value));
}

/**
 * The same of an identifier as the graph has it: of one that is cut into slices of time, its value without the slice is
 * what the rules speak of.
 */
export function blocks(
	type: Pick<IdentityRules["identifiers"][number], "blocked" | "onShared"> | undefined,
	{ namespace, value }: Identifier,
): boolean {
	const patterns = type?.blocked ?? [];
	if (isBlocked(namespace, value, patterns)) return true;
	return type?.onShared === "time_sliced" && isBlocked(namespace, unslice(value).value, patterns);
}

/** `*` stands for any text, also none; all else for itself. One pass over the value, whatever the pattern. */
function matches(pattern: string, value: string): boolean {
	const [head = "", ...rest] = pattern.split("*");
	const tail = rest.pop();
	if (tail === undefined) return pattern === value;
	if (!value.startsWith(head) || !value.endsWith(tail) || value.length < head.length + tail.length) return false;

	let from = head.length;
	for (const part of rest) {
		const at = value.indexOf(part, from);
		if (at < 0 || at + part.length > value.length - tail.length) return false;
		from = at + part.length;
	}
	return true;
}
