import type { BusPattern } from "#contracts/bus/catalogue.ts";
import type { BusEntry } from "#domain/model/ports.ts";

/** Whether an entry is one that a rule asks for. */
export type Matches = (entry: BusEntry) => boolean;

/**
 * Makes a rule's pattern a predicate that answers as EventBridge would: every field must have one of the exact values
 * listed for it, a list in the detail at least one of them. Throws on what it does not know (prefixes, numbers, nested
 * fields, an empty list), at once rather than by never matching.
 */
export function matcherOf(pattern: BusPattern): Matches {
	const { source, detailType, detail = {}, ...unknown } = pattern;
	const [stranger] = Object.keys(unknown);
	if (stranger !== undefined) throw new TypeError(`a pattern may not have the field ${stranger}`);

	const sources = exactValues("source", source);
	const detailTypes = exactValues("detailType", detailType);
	const fields = Object.entries(detail).map(([name, values]) => ({
		name,
		values: exactValues(`detail.${name}`, values),
	}));

	return (entry) =>
		sources.has(entry.source) &&
		detailTypes.has(entry.detailType) &&
		fields.every(({ name, values }) => hasOneOf(values, ownField(entry.detail, name)));
}

function exactValues(field: string, values: unknown): ReadonlySet<unknown> {
	if (!Array.isArray(values) || values.length === 0) throw new TypeError(`${field} must be a list of exact values`);
	for (const value of values) {
		if (typeof value !== "string")
			throw new TypeError(`${field} may have exact texts only, not ${JSON.stringify(value)}`);
	}
	return new Set(values);
}

const hasOneOf = (values: ReadonlySet<unknown>, value: unknown): boolean =>
	Array.isArray(value) ? value.some((element) => values.has(element)) : values.has(value);

const ownField = (detail: unknown, name: string): unknown =>
	typeof detail === "object" && detail !== null && Object.hasOwn(detail, name)
		? (detail as Record<string, unknown>)[name] // an own field of an object, as just seen
		: undefined;
