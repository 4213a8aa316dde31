import * as z from "zod";
import { choice, meantWord, oneOf, typeOf, unknownField, type Words, wordsOf } from "./fault-words.ts";
import { isFields, isOnlyIn, objectsOf, requiredOf, typed, unwrap } from "./schema-parts.ts";

export type Path = readonly (string | number)[];

/** One thing that is wrong with a definition: the fields and positions that lead to it, what is wrong, what would be right. */
export type Fault = Words & { readonly path: Path };

/**
 * Everything a schema has against a value, in words for whoever wrote it. Zod's own complaint about a union lists what
 * each branch has against the value; here the branch that was meant is found by the field that only it has, and what is
 * wrong within it is said. Empty exactly when the schema takes the value.
 */
export function findFaults(schema: z.ZodType, value: unknown): Fault[] {
	const parsed = schema.safeParse(value);
	if (parsed.success) return [];
	const found = look(schema, value, []);
	return found.length > 0 ? found : faultsOf(parsed.error, value, []);
}

/** What zod says, where nothing more can be said. */
const faultsOf = (error: z.ZodError, value: unknown, path: Path): Fault[] =>
	error.issues.map((issue) => ({ path: [...path, ...(issue.path as Path)], ...wordsOf(issue, value) }));

function look(schema: z.ZodType, value: unknown, path: Path): Fault[] {
	const bare = unwrap(schema);
	if (bare instanceof z.ZodPipe) {
		const early = lookAtWhole(typed(bare.in), value, path);
		return early.length > 0 ? early : look(typed(bare.out), value, path);
	}
	if (bare instanceof z.ZodDiscriminatedUnion) return lookByDiscriminator(bare, value, path);
	if (bare instanceof z.ZodUnion) return lookInUnion(bare, value, path);
	if (bare instanceof z.ZodObject) return lookInObject(bare, value, path);
	if (bare instanceof z.ZodArray && Array.isArray(value)) {
		const parts = value.flatMap((part, i) => look(typed(bare.element), part, [...path, i]));
		return [...lookAtWhole(bare, value, path), ...parts];
	}
	if (bare instanceof z.ZodRecord && isFields(value)) {
		return Object.entries(value).flatMap(([field, part]) => look(typed(bare.valueType), part, [...path, field]));
	}
	return bare instanceof z.ZodString && typeof value !== "string"
		? lookForText(bare, value, path)
		: lookAtWhole(bare, value, path);
}

/** Who gives another thing where a text of a certain form belongs is told the form at once. */
function lookForText(schema: z.ZodString, value: unknown, path: Path): Fault[] {
	const form = schema.safeParse("").error?.issues.find(({ code }) => code === "invalid_format")?.message;
	return lookAtWhole(schema, value, path).map((fault) => (form === undefined ? fault : { ...fault, right: form }));
}

/** What is wrong with the value itself, not with a part of it. */
function lookAtWhole(schema: z.ZodType, value: unknown, path: Path): Fault[] {
	const issues = schema.safeParse(value).error?.issues.filter((issue) => issue.path.length === 0) ?? [];
	return issues.slice(0, 1).map((issue) => ({ path, ...wordsOf(issue, value) }));
}

/** `elsewhere` says to which other branch a field belongs that this one does not have. */
function lookInObject(
	schema: z.ZodObject,
	value: unknown,
	path: Path,
	elsewhere: (field: string) => Words | undefined = () => undefined,
): Fault[] {
	const known = Object.keys(schema.shape);
	if (!isFields(value)) return [{ path, wrong: `it is ${typeOf(value)}`, right: `the fields ${known.join(", ")}` }];
	const unknown = Object.keys(value).filter((field) => !known.includes(field));
	const meant = new Set(unknown.map((field) => meantWord(field, known)));
	const missing = requiredOf(schema).filter((field) => !Object.hasOwn(value, field) && !meant.has(field));
	const found = [
		...unknown.map((field) => ({ path: [...path, field], ...(elsewhere(field) ?? unknownField(field, known)) })),
		...missing.map((field) => ({ path, wrong: `the field \`${field}\` is missing`, right: "add it" })),
		...known
			.filter((field) => Object.hasOwn(value, field))
			.flatMap((field) => look(typed(schema.shape[field]), value[field], [...path, field])),
	];
	if (found.length > 0 || !schema.def.checks?.length) return found;
	const { error } = schema.safeParse(value); // each field is good: what is left is about several together
	return error ? faultsOf(error, value, path) : [];
}

function lookByDiscriminator(union: z.ZodDiscriminatedUnion, value: unknown, path: Path): Fault[] {
	const field = union.def.discriminator;
	const options = objectsOf(union);
	const allowed = options.flatMap((option) => [...(typed(option.shape[field])._zod.values ?? [])].map(String));
	if (!isFields(value)) return [{ path, wrong: `it is ${typeOf(value)}`, right: `${field} and what belongs to it` }];
	const misspelt = Object.keys(value).find((each) => meantWord(each, [field]) !== undefined);
	if (value[field] === undefined && misspelt !== undefined) {
		return [{ path: [...path, misspelt], ...unknownField(misspelt, [field]) }];
	}
	if (value[field] === undefined) return [{ path, wrong: `the field \`${field}\` is missing`, right: oneOf(allowed) }];
	const option = options.find((each) => typed(each.shape[field]).safeParse(value[field]).success);
	return option ? lookInObject(option, value, path) : [{ path: [...path, field], ...choice(value[field], allowed) }];
}

/** The branch that was meant is the one whose own required field is there; of several, the one whose first is. */
function lookInUnion(union: z.ZodUnion, value: unknown, path: Path): Fault[] {
	const options = objectsOf(union);
	const marks = options.map((option) => requiredOf(option).filter((field) => isOnlyIn(option, field, options)));
	const names = marks.flatMap(([mark]) => mark ?? []);
	if (names.length === 0) return lookAtWhole(union, value, path);
	if (!isFields(value)) return [{ path, wrong: `it is ${typeOf(value)}`, right: exactlyOne(names) }];

	const has = (field: string | undefined) => field !== undefined && Object.hasOwn(value, field);
	const said = names.filter(has);
	if (said.length > 1) {
		const right = `${oneOf(said)}${names.includes("all") ? "; for several, each on its own within all" : ""}`;
		return [{ path, wrong: `it has ${said.join(" and ")} at once`, right }];
	}
	const meant = options.find((_, i) => (said.length > 0 ? has(marks[i]?.[0]) : marks[i]?.some(has)));
	if (meant) return lookInObject(meant, value, path, (field) => belongsTo(field, { meant, options, marks }));
	const misspelt = Object.keys(value).find((field) => meantWord(field, names) !== undefined);
	if (misspelt !== undefined) return [{ path: [...path, misspelt], ...unknownField(misspelt, names) }];
	return [{ path, wrong: "none of its fields says what is meant", right: exactlyOne(names) }];
}

const exactlyOne = (names: readonly string[]): string => `exactly one of the fields ${names.join(", ")}`;

type Branches = {
	readonly meant: z.ZodObject;
	readonly options: readonly z.ZodObject[];
	readonly marks: readonly (readonly string[])[];
};

/** Of a field that only other branches have: which. */
function belongsTo(field: string, { meant, options, marks }: Branches): Words | undefined {
	if (meantWord(field, Object.keys(meant.shape)) !== undefined) return undefined;
	const owners = options.flatMap((option, i) => (Object.hasOwn(option.shape, field) ? (marks[i]?.[0] ?? []) : []));
	if (owners.length === 0) return undefined;
	const own = marks[options.indexOf(meant)]?.[0];
	return { wrong: `it belongs to ${owners.join(" and ")}, not to ${own}`, right: "leave it out" };
}
