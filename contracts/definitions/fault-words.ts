import type * as z from "zod";
import { ALSO_CALLED } from "./also-called.ts";
import { closestWord } from "./closest-word.ts";

/** What a thing that is wrong is, and what would be right, as two halves of one sentence. */
export type Words = { readonly wrong: string; readonly right: string };

const TYPES: { readonly [expected: string]: string } = {
	string: "text",
	number: "a number",
	int: "a whole number",
	boolean: "true or false",
	object: "a group of fields",
	record: "a group of fields",
	array: "a list",
};

const UNITS: { readonly [origin: string]: string } = {
	string: " characters",
	array: " in the list",
	set: " in the list",
};

/** One of zod's complaints about a value that has no parts. The value is quoted only where the choice is a known list. */
export function wordsOf(issue: z.core.$ZodIssue, value: unknown): Words {
	switch (issue.code) {
		case "invalid_type":
			return { wrong: `it is ${typeOf(value)}`, right: TYPES[issue.expected] ?? issue.expected };
		case "invalid_value":
			return choice(value, issue.values.map(String));
		case "invalid_union":
			return { wrong: `it is ${typeOf(value)}`, right: issue.errors.flatMap(expectedBy).join(" or ") };
		case "too_small":
			return { wrong: "it is too little", right: `at least ${issue.minimum}${UNITS[issue.origin] ?? ""}` };
		case "too_big":
			return { wrong: "it is too much", right: `at most ${issue.maximum}${UNITS[issue.origin] ?? ""}` };
		case "invalid_format":
			return { wrong: `it is ${quote(value)}`, right: issue.message };
		case "custom":
			return { wrong: whyNot(issue.params), right: issue.message };
		case "invalid_element":
		case "invalid_key":
		case "not_multiple_of":
		case "unrecognized_keys":
			return { wrong: "it cannot be this", right: issue.message };
	}
}

/** A rule of ours may say itself what is wrong, beside what would be right. */
const whyNot = (params: { readonly [name: string]: unknown } | undefined): string =>
	typeof params?.wrong === "string" ? params.wrong : "it cannot be this";

/** The word that somebody most likely meant: a near one, or what we call what others call so. */
export function meantWord(word: string, allowed: readonly string[]): string | undefined {
	const ours = allowed.find((each) => Object.hasOwn(ALSO_CALLED, each) && ALSO_CALLED[each]?.includes(word));
	return ours ?? closestWord(word, allowed);
}

/** What one branch of a union would have taken. */
const expectedBy = ([first]: readonly z.core.$ZodIssue[]): string[] =>
	first?.code === "invalid_type" ? [TYPES[first.expected] ?? first.expected] : [];

/** A value that is none of those it may be. */
export function choice(value: unknown, allowed: readonly string[]): Words {
	const near = typeof value === "string" ? meantWord(value, allowed) : undefined;
	return { wrong: `it is ${quote(value)}`, right: near === undefined ? oneOf(allowed) : `did you mean ${near}?` };
}

/** A field that nobody asked for. */
export function unknownField(field: string, allowed: readonly string[]): Words {
	const near = meantWord(field, allowed);
	return { wrong: "there is no such field", right: near === undefined ? oneOf(allowed) : `did you mean ${near}?` };
}

export const oneOf = (words: readonly string[]): string =>
	words.length === 1 ? `only ${words.join()}` : `one of ${words.join(", ")}`;

/** What a value is, in the words of somebody who writes YAML. */
export function typeOf(value: unknown): string {
	if (value === undefined || value === null) return "empty";
	if (Array.isArray(value)) return "a list";
	if (typeof value === "number" && !Number.isFinite(value)) return "no finite number";
	return TYPES[typeof value] ?? typeof value;
}

const quote = (value: unknown): string =>
	typeof value === "string" ? JSON.stringify(value.slice(0, 80)) : typeOf(value);
