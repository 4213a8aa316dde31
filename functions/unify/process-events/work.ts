import type { EventsCollected } from "#contracts/bus/events-collected.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { Profile } from "#domain/model/profile.ts";
import type { Violation } from "#domain/model/violation.ts";
import type { Addition } from "#domain/rules/measures/measure-book.ts";
import type { Account } from "#domain/unify/accounts.ts";
import type { ClusterRecord } from "#domain/unify/ports.ts";
import type { Place } from "#domain/unify/read-profile.ts";
import type { Identified } from "#domain/unify/star.ts";
import type { QuarantinedEvent } from "#domain/validate/ports.ts";
import type { Message } from "#functions/shared/queue-consumer.ts";

/** An event on its way through the pass, and where it came from: the queue's message and the envelope. */
export type InFlight = {
	readonly message: string;
	readonly batchId: string;
	/** As it was accepted, whatever the steps make of `event`. */
	readonly raw: SourcedEvent;
	readonly event: SourcedEvent;
};

/** An event that is ready for its profile, with what it adds to what is kept of events; `account` is what a group call names. */
export type Ready = InFlight & Identified & { readonly additions: readonly Addition[]; readonly account?: Account };

export type Placed = Ready & {
	/** Where it belongs now. */
	readonly place: Place;
	/** The clusters that tell who else changed with it. */
	readonly told: readonly ClusterRecord[];
	/** Its identifier began with the events of this batch: or may have, as some of them came before, and nobody knows how far that went. */
	readonly isNew: boolean;
};

/** `profile` is how the profile stood when its segments were decided; absent where there was nothing to decide. */
export type Segmented = Placed & { readonly profile?: Profile };

export type SetAside = InFlight & QuarantinedEvent;
/** The ways an event breaks what was agreed for it. */
export type Broken = InFlight & { readonly violations: readonly Violation[]; readonly trackingPlanId?: string };

/** What the pass knows of a batch so far. Each step takes it and answers it for the next. */
export type Work<E extends InFlight> = {
	readonly events: readonly E[];
	readonly quarantined: readonly SetAside[];
	readonly broken: readonly Broken[];
	/** The messages that must come again. Their other events go on: every step is safe to run twice. */
	readonly failed: ReadonlySet<string>;
};

/** All events of a batch of envelopes. */
export function unpack(batch: readonly Message<EventsCollected>[]): Work<InFlight> {
	const events = batch.flatMap(({ messageId: message, detail: { batchId, source, events } }) =>
		// The schema says of the fields what the type does, though not which of them are JSON.
		events.map((collected) => {
			const event = { ...collected, source } as SourcedEvent;
			return { message, batchId, raw: event, event };
		}),
	);
	return { events, quarantined: [], broken: [], failed: new Set() };
}

/** Takes the events out that could not be done; their messages come again. */
export function failing<E extends InFlight>(work: Work<E>, isFailed: (event: E) => boolean): Work<E> {
	const failed = work.events.filter(isFailed);
	if (failed.length === 0) return work;
	return {
		...work,
		events: work.events.filter((event) => !failed.includes(event)),
		failed: new Set([...work.failed, ...failed.map(({ message }) => message)]),
	};
}
