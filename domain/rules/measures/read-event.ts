import type { SourcedEvent } from "#domain/model/event.ts";
import type { Json } from "#domain/model/json.ts";
import type { Bucket, Moment } from "#domain/model/profile.ts";
import { compare, valueAt } from "#domain/rules/compare.ts";
import { compilePath, compileWhere } from "#domain/rules/event-conditions.ts";
import { decimalOf } from "./exact-sum.ts";
import type { Measure } from "./measure.ts";
import { LIST_SOURCE, LISTED_EVENT, type MeasureSpec } from "./measure-spec.ts";
import { isScalar, keyOfValue } from "./value-key.ts";

/** Longer texts are no values that one counts. */
const MAX_COUNTED_LENGTH = 128;
const MAX_TEXT_LENGTH = 256;
/** The key that holds the steps of a sequence together. */
const MAX_KEY_LENGTH = 200;

type Read = Measure["read"];
type Spec<Kind extends MeasureSpec["kind"]> = Extract<MeasureSpec, { kind: Kind }>;

/** What an event adds to what is kept by a spec. Nothing is coerced: a value of another kind than what is measured adds nothing. */
export function readerOf(spec: MeasureSpec): Read {
	switch (spec.kind) {
		case "count":
			return ofEvents(spec, () => ({ n: 1 }));
		case "seen":
			return ofEvents(spec, (event) => ({ last: momentOf(event) }));
		case "met": {
			const isAsAsked = compileWhere({ where: spec.has });
			return ofEvents(spec, (event) => ({ last: { ...momentOf(event), value: isAsAsked(event) } }));
		}
		case "stats":
		case "first":
		case "last":
		case "values": {
			const [valueIn, add] = [compilePath(spec.property), ADDED[spec.kind]];
			return ofEvents(spec, (event) => add(valueIn(event), event));
		}
		case "said":
			return ofSayings(spec);
		case "steps":
			return ofSteps(spec);
		case "consent":
			return ofConsent(spec);
		case "listed":
			return ofList(spec);
	}
}

type Added = (value: Json | undefined, event: SourcedEvent) => Bucket | undefined;

const ADDED: { readonly [kind in "stats" | "first" | "last" | "values"]: Added } = {
	stats: (value) => {
		const sum = typeof value === "number" ? decimalOf(value) : undefined;
		return typeof value === "number" && sum !== undefined ? { n: 1, sum, min: value, max: value } : undefined;
	},
	first: (value, event) => (isScalar(value, MAX_TEXT_LENGTH) ? { first: { ...momentOf(event), value } } : undefined),
	last: (value, event) => (isScalar(value, MAX_TEXT_LENGTH) ? { last: { ...momentOf(event), value } } : undefined),
	values: (value) => (isScalar(value, MAX_COUNTED_LENGTH) ? { values: { [keyOfValue(value)]: 1 } } : undefined),
};

const momentOf = ({ timestamp: at, messageId, source }: SourcedEvent): Moment => ({ at, messageId, source });

/** Days compare with moments as text does: a day is less than every moment in it. */
function ofEvents({ event: name, where, since = "", until }: Named, add: Read): Read {
	const meets = where.length === 0 ? undefined : compileWhere({ where });
	return (event) => {
		if (event.type !== "track" || event.event !== name || event.timestamp < since) return undefined;
		if (until !== undefined && event.timestamp >= until) return undefined;
		return meets === undefined || meets(event) ? add(event) : undefined;
	};
}

type Named = Pick<Spec<"count">, "event" | "where" | "since" | "until">;

/** A trait was said when an `identify` call names it, whatever it says of what lies within; `null` is said too. */
function ofSayings({ trait, is }: Spec<"said">): Read {
	const [name = trait, ...steps] = trait.split(".");
	return ({ type, traits, timestamp }) => {
		if (type !== "identify" || !traits || !Object.hasOwn(traits, name)) return undefined;
		return { said: [[Date.parse(timestamp), compare(valueAt(traits[name], steps), is) ? 1 : 0]] };
	};
}

function ofSteps({ steps, property }: Spec<"steps">): Read {
	const tests = steps.map(({ event: name, where }) => {
		const meets = compileWhere({ where });
		return (event: SourcedEvent) => event.event === name && meets(event);
	});
	const keyIn = property === undefined ? undefined : compilePath(property);
	return (event) => {
		const steps =
			event.type === "track" ? tests.reduce((bits, test, i) => (test(event) ? bits | (1 << i) : bits), 0) : 0;
		if (steps === 0) return undefined;
		const at = Date.parse(event.timestamp);
		if (!keyIn) return { steps: [[at, steps]] };
		const key = keyIn(event);
		return isScalar(key, MAX_KEY_LENGTH) ? { steps: [[at, steps, keyOfValue(key)]] } : undefined;
	};
}

/** Only yes and no are answers. */
function ofConsent({ purpose }: Spec<"consent">): Read {
	const path = ["consent", "categoryPreferences", purpose];
	return (event) => {
		const value = valueAt(event.context, path);
		return typeof value === "boolean" ? { last: { ...momentOf(event), value } } : undefined;
	};
}

/** What an upload says, and nobody else. */
function ofList({ list }: Spec<"listed">): Read {
	return (event) => {
		if (event.type !== "track" || event.event !== LISTED_EVENT || event.source !== LIST_SOURCE) return undefined;
		const upload = event.properties?.list === list ? event.properties.upload : undefined;
		return typeof upload === "number" ? { uploads: [upload] } : undefined;
	};
}
