import { z } from "zod";
import { closestWord } from "./closest-word.ts";
import { choice, oneOf, typeOf, unknownField, type Words, wordsOf } from "./fault-words.ts";

export type Path = readonly (string | number)[];

/** One thing that is wrong with a definition: the fields and positions that lead to it, what is wrong, what would be right. */
export type Fault = Words & { readonly path: Path };

type Fields = { readonly [field: string]: unknown };

/**
 * Everything a schema has against a value, in words for whoever wrote it. Zod's own complaint about a union lists what
 * each branch has against the value; here the branch that was meant is found by the field that only it has, and what is
 * wrong within it is said. Empty exactly when the schema takes the value.
 */
export function findFaults(schema: z.ZodType, value: unknown): Fault[] {
	const parsed = schema.safeParse(value);
	if (parsed.success) return [];
	const found = look(schema, value, []);
	if (found.length > 0) return found;
	return parsed.error.issues.map(({ path, message }) => ({
		path: path as Path,
		wrong: "it is not valid",
		right: message,
	}));
}

function look(schema: z.ZodType, value: unknown, path: Path): Fault[] {
	const bare = unwrap(schema);
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
	return lookAtWhole(bare, value, path);
}

/** What is wrong with the value itself, not with a part of it. */
function lookAtWhole(schema: z.ZodType, value: unknown, path: Path): Fault[] {
	const issues = schema.safeParse(value).error?.issues.filter((issue) => issue.path.length === 0) ?? [];
	return issues.slice(0, 1).map((issue) => ({ path, ...wordsOf(issue, value) }));
}

function lookInObject(schema: z.ZodObject, value: unknown, path: Path): Fault[] {
	const known = Object.keys(schema.shape);
	if (!isFields(value)) return [{ path, wrong: `it is ${typeOf(value)}`, right: `the fields ${known.join(", ")}` }];
	const unknown = Object.keys(value).filter((field) => !known.includes(field));
	const meant = new Set(unknown.map((field) => closestWord(field, known)));
	const missing = requiredOf(schema).filter((field) => !Object.hasOwn(value, field) && !meant.has(field));
	return [
		...unknown.map((field) => ({ path: [...path, field], ...unknownField(field, known) })),
		...missing.map((field) => ({ path, wrong: `the field ${field} is missing`, right: "add it" })),
		...known
			.filter((field) => Object.hasOwn(value, field))
			.flatMap((field) => look(typed(schema.shape[field]), value[field], [...path, field])),
	];
}

function lookByDiscriminator(union: z.ZodDiscriminatedUnion, value: unknown, path: Path): Fault[] {
	const field = union.def.discriminator;
	const options = objectsOf(union);
	const allowed = options.flatMap((option) => [...(typed(option.shape[field])._zod.values ?? [])].map(String));
	if (!isFields(value)) return [{ path, wrong: `it is ${typeOf(value)}`, right: `${field} and what belongs to it` }];
	const misspelt = Object.keys(value).find((each) => closestWord(each, [field]) !== undefined);
	if (value[field] === undefined && misspelt !== undefined) {
		return [{ path: [...path, misspelt], ...unknownField(misspelt, [field]) }];
	}
	if (value[field] === undefined) return [{ path, wrong: `the field ${field} is missing`, right: oneOf(allowed) }];
	const option = options.find((each) => typed(each.shape[field]).safeParse(value[field]).success);
	return option ? lookInObject(option, value, path) : [{ path: [...path, field], ...choice(value[field], allowed) }];
}

/** The branch that was meant is the one whose own required field is there. */
function lookInUnion(union: z.ZodUnion, value: unknown, path: Path): Fault[] {
	const options = objectsOf(union);
	const marks = options.map((option) => requiredOf(option).filter((field) => isOnlyIn(option, field, options)));
	const names = marks.flatMap(([mark]) => mark ?? []);
	if (names.length === 0) return lookAtWhole(union, value, path);
	if (!isFields(value)) return [{ path, wrong: `it is ${typeOf(value)}`, right: `the field ${oneOf(names)}` }];

	const meant = options.filter((_, i) => marks[i]?.some((mark) => Object.hasOwn(value, mark)));
	const [first] = meant;
	if (first && meant.length === 1) return lookInObject(first, value, path);
	const said = names.filter((name) => Object.hasOwn(value, name));
	if (said.length > 1) return [{ path, wrong: `it has ${said.join(" and ")} at once`, right: oneOf(names) }];
	const misspelt = Object.keys(value).find((field) => closestWord(field, names) !== undefined);
	if (misspelt !== undefined) return [{ path: [...path, misspelt], ...unknownField(misspelt, names) }];
	return [{ path, wrong: `it has none of the fields ${names.join(", ")}`, right: `exactly ${oneOf(names)}` }];
}

const isOnlyIn = (option: z.ZodObject, field: string, options: readonly z.ZodObject[]): boolean =>
	options.every((other) => other === option || !Object.hasOwn(other.shape, field));

const requiredOf = ({ shape }: z.ZodObject): string[] =>
	Object.keys(shape).filter((field) => !typed(shape[field]).safeParse(undefined).success);

const objectsOf = (union: z.ZodUnion): z.ZodObject[] =>
	union.options.map((option) => unwrap(typed(option))).filter((option) => option instanceof z.ZodObject);

/** What a schema is about when the value is there. */
function unwrap(schema: z.ZodType): z.ZodType {
	if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodLazy) {
		return unwrap(typed(schema.unwrap()));
	}
	return schema;
}

/** Zod types the parts of a schema by its core alone; all of ours are made with `z`, so they are whole. */
const typed = (part: unknown): z.ZodType => part as z.ZodType;

const isFields = (value: unknown): value is Fields =>
	typeof value === "object" && value !== null && !Array.isArray(value);
