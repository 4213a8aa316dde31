import type { NamedEvent } from "#contracts/definitions/condition.ts";
import type { Json } from "#domain/model/json.ts";
import { canonical, meaningOfWhere } from "#domain/rules/event-conditions.ts";
import type { Hash, Look, Measure } from "./measure.ts";
import type { MeasureSpec } from "./measure-spec.ts";
import { readerOf } from "./read-event.ts";

/** 11 characters of base64url are 66 bits: short in the hot item, and no two measures of a workspace will meet. */
export const KEY_LENGTH = 11;

/**
 * What a measure means, as 11 characters: the hash of its spec, in which the order and the repetition of conditions mean
 * nothing. So whoever needs the same shares it, and an edited description changes nothing.
 */
export const meaningOf = (spec: MeasureSpec, hash: Hash): string =>
	hash(canonical({ ...spec, ...conditionsOf(spec) } as Json)).slice(0, KEY_LENGTH); // specs are plain data

/** A measure by what is looked at. */
export const measureOf = ({ spec, keptMs }: Look, hash: Hash): Measure => ({
	meaning: meaningOf(spec, hash),
	spec,
	keptMs,
	read: readerOf(spec),
});

function conditionsOf(spec: MeasureSpec): { readonly [field: string]: Json } {
	if (spec.kind === "met") return { where: meaningOfWhere(spec.where), has: meaningOfWhere(spec.has) };
	if (spec.kind === "said") return { is: meaningOfWhere([{ path: "", is: spec.is }]) };
	if (spec.kind === "steps") return { steps: spec.steps.map(meaningOfEvent) };
	return "where" in spec ? { where: meaningOfWhere(spec.where) } : {};
}

const meaningOfEvent = ({ event, where }: NamedEvent) => ({ event, where: meaningOfWhere(where) });
