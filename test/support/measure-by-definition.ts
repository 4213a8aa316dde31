import type { FixedComparison, NamedEvent } from "#contracts/definitions/condition.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { Json } from "#domain/model/json.ts";
import type { Bucket } from "#domain/model/profile.ts";
import { compare, compareText, valueAt } from "#domain/rules/compare.ts";
import type { MeasureSpec } from "#domain/rules/measures/measure-spec.ts";

/** Everything a measure keeps of these events, by its definition: looked up in the whole list, without order, batches or state. */
export function measureByDefinition(
	spec: MeasureSpec,
	events: readonly SourcedEvent[],
): { readonly [stretch: string]: Bucket } {
	const stretchOf = ({ timestamp }: SourcedEvent) =>
		spec.bucketMs === 0 ? 0 : Math.floor(Date.parse(timestamp) / spec.bucketMs);
	const inOrder = events.toSorted(
		(x, y) => compareText(x.timestamp, y.timestamp) || compareText(x.messageId, y.messageId),
	);
	const parts = [...Map.groupBy(latestOnly(spec, inOrder), stretchOf)];
	return Object.fromEntries(parts.flatMap(([stretch, all]) => [[stretch, bucketOf(spec, all)] as const]));
}

/** Those that are of account; of sayings and steps only the latest. */
function latestOnly(spec: MeasureSpec, events: readonly SourcedEvent[]): SourcedEvent[] {
	const meant = events.filter((event) => isMeant(spec, event));
	if (spec.kind === "said") {
		const last = (event: SourcedEvent) => (meetsSaid(spec, event) ? 0 : 1);
		return meant.sort((x, y) => compareText(x.timestamp, y.timestamp) || last(x) - last(y)).slice(-64);
	}
	if (spec.kind !== "steps") return meant;
	const order = (event: SourcedEvent) => [stepsOf(spec.steps, event), keyOf(spec.property, event) ?? ""] as const;
	return meant
		.sort((x, y) => {
			const [[a, aKey], [b, bKey]] = [order(x), order(y)];
			return compareText(x.timestamp, y.timestamp) || a - b || compareText(aKey, bKey);
		})
		.slice(-50);
}

function isMeant(spec: MeasureSpec, event: SourcedEvent): boolean {
	const { type, traits = {}, properties, source } = event;
	if (spec.kind === "said") return type === "identify" && Object.hasOwn(traits, spec.trait.split(".")[0] ?? "");
	if (spec.kind === "consent") return typeof consentIn(spec, event) === "boolean";
	if (spec.kind === "listed") {
		return event.event === "Tutti List Uploaded" && source === "tutti.lists" && properties?.list === spec.list;
	}
	if (type !== "track") return false;
	if (spec.kind === "steps") {
		const isKeyed = spec.property === undefined || keyOf(spec.property, event) !== undefined;
		return isKeyed && stepsOf(spec.steps, event) > 0;
	}
	return isNamed(spec, event) && isOnItsDay(spec, event) && hasItsValue(spec, event);
}

type OfEvents = Extract<MeasureSpec, { event: string }>;

function isOnItsDay({ since, until }: OfEvents, { timestamp }: SourcedEvent): boolean {
	const day = timestamp.slice(0, 10);
	return (since === undefined || day >= since) && (until === undefined || day < until);
}

function hasItsValue(spec: OfEvents, event: SourcedEvent): boolean {
	if (!("property" in spec)) return true;
	const value = at(spec.property, event);
	return spec.kind === "stats" ? typeof value === "number" : isScalar(value);
}

function bucketOf(spec: MeasureSpec, events: readonly SourcedEvent[]): Bucket {
	const [first, last] = [events[0], events.at(-1)];
	if (!first || !last) return {};
	switch (spec.kind) {
		case "count":
			return { n: events.length };
		case "stats": {
			const numbers = events.map((event) => at(spec.property, event) as number);
			const cents = numbers.reduce((sum, number) => sum + Math.round(number * 100), 0);
			return { n: events.length, sum: String(cents / 100), min: Math.min(...numbers), max: Math.max(...numbers) };
		}
		case "seen":
			return { last: momentOf(last) };
		case "first":
			return { first: momentOf(first, at(spec.property, first)) };
		case "last":
			return { last: momentOf(last, at(spec.property, last)) };
		case "met":
			return {
				last: momentOf(
					last,
					spec.has.every(({ path, is }) => compare(at(path, last), is)),
				),
			};
		case "consent":
			return { last: momentOf(last, consentIn(spec, last)) };
		case "values": {
			const named = Map.groupBy(events, (event) => textOf(at(spec.property, event)));
			return { values: Object.fromEntries([...named].map(([value, all]) => [value, all.length])) };
		}
		case "said":
			return { said: events.map((event) => [Date.parse(event.timestamp), meetsSaid(spec, event) ? 1 : 0]) };
		case "steps":
			return { steps: events.map((event) => stepOf(spec, event)) };
		case "listed": {
			const uploads = new Set(events.map((event) => Number(event.properties?.upload)));
			return { uploads: [...uploads].sort((x, y) => x - y).slice(-8) };
		}
	}
}

type Steps = Extract<MeasureSpec, { kind: "steps" }>;

function stepOf({ steps, property }: Steps, event: SourcedEvent): NonNullable<Bucket["steps"]>[number] {
	const [moment, key] = [Date.parse(event.timestamp), keyOf(property, event)];
	return key === undefined ? [moment, stepsOf(steps, event)] : [moment, stepsOf(steps, event), key];
}

const stepsOf = (steps: readonly NamedEvent[], event: SourcedEvent): number =>
	steps.reduce((bits, step, i) => bits + (isNamed(step, event) ? 2 ** i : 0), 0);

const isNamed = ({ event: name, where }: NamedEvent, event: SourcedEvent): boolean =>
	event.event === name && where.every(({ path, is }) => compare(at(path, event), is));

function keyOf(property: string | undefined, event: SourcedEvent): string | undefined {
	const value = property === undefined ? undefined : at(property, event);
	return isScalar(value) && (typeof value !== "string" || value.length <= 200) ? textOf(value) : undefined;
}

const meetsSaid = ({ trait, is }: { trait: string; is: FixedComparison }, { traits }: SourcedEvent): boolean =>
	compare(valueAt(traits, trait.split(".")), is);

const consentIn = ({ purpose }: { purpose: string }, { context }: SourcedEvent) =>
	valueAt(context, ["consent", "categoryPreferences", purpose]);

const at = (path: string, { properties, context, traits }: SourcedEvent): Json | undefined =>
	valueAt(
		Object.fromEntries(
			Object.entries({ properties, context, traits }).filter(([, part]) => part !== undefined),
		) as Json,
		path.split("."),
	);

const isScalar = (value: Json | undefined) => ["string", "number", "boolean"].includes(typeof value);
const textOf = (value: Json | undefined): string => (typeof value === "string" ? `$${value}` : JSON.stringify(value));

const momentOf = ({ timestamp, messageId, source }: SourcedEvent, value?: Json) => ({
	at: timestamp,
	messageId,
	source,
	...(isScalar(value) && { value: value as string | number | boolean }),
});
