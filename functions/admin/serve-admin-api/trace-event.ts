import type { TraceAnswer, TraceStep } from "#contracts/http/admin-trace.ts";
import type { SeenEvent } from "#contracts/http/profiles.ts";
import type { LoggedDelivery } from "#domain/activate/log-entry.ts";
import type { Membership } from "#domain/model/membership.ts";
import type { Profile } from "#domain/model/profile.ts";
import type { QuarantinedEvent } from "#domain/validate/ports.ts";

/** All that was found of one event. */
export type Traces = {
	readonly event: SeenEvent;
	readonly isArchived: boolean;
	/** What the event points at; undefined when it points at nobody. */
	readonly profile: Profile | undefined;
	/** Whether the profile remembers having taken it in, and in which hour that was. It remembers for a day. */
	readonly folded: { readonly hour: string } | "forgotten" | "not yet";
	readonly quarantined: QuarantinedEvent | undefined;
	/** The memberships that it tipped last. */
	readonly memberships: readonly Membership[];
	readonly deliveries: readonly LoggedDelivery[];
};

/** What became of an event, step by step in the order of the flow. */
export const traceOf = (traces: Traces): TraceAnswer => ({
	messageId: traces.event.messageId,
	steps: [
		collected(traces),
		archived(traces),
		processed(traces),
		quarantined(traces),
		segments(traces),
		deliveries(traces),
	],
});

const step = (name: TraceStep["step"], done: boolean, rest: Partial<TraceStep> = {}): TraceStep => ({
	step: name,
	done,
	links: [],
	...rest,
});

function collected({ event }: Traces): TraceStep {
	const what = event.event ?? event.name;
	const detail = `${event.type}${what === undefined ? "" : ` "${what}"`} from ${event.source}`;
	return step("collected", true, { at: event.receivedAt, detail });
}

const archived = ({ isArchived }: Traces): TraceStep =>
	isArchived ? step("archived", true) : step("archived", false, { detail: "not yet in the archive" });

function processed({ event, profile, folded, quarantined: held }: Traces): TraceStep {
	if (held) return step("processed", false, { detail: "set aside instead" });
	const links = profile ? [{ kind: "profile" as const, id: profile.profileId }] : [];
	if (!profile || folded === "not yet") return step("processed", false, { detail: "not yet in a profile" });
	if (folded === "forgotten") {
		const detail = `in its profile, whose latest event is of ${profile.lastSeen}; single events are remembered for a day`;
		return step("processed", true, { detail, links });
	}
	// The profile remembers the hour; the event was there by then.
	const at = [folded.hour, event.receivedAt].sort().at(-1) ?? folded.hour;
	return step("processed", true, { at, detail: "within the hour", links });
}

const quarantined = ({ quarantined: held }: Traces): TraceStep =>
	held ? step("quarantined", true, { at: held.event.receivedAt, detail: held.reason }) : step("quarantined", false);

function segments({ memberships }: Traces): TraceStep {
	const [first] = memberships;
	if (!first) return step("segments", false, { detail: "it tipped no membership, or another event did so since" });
	return step("segments", true, {
		at: first.at,
		detail: memberships.map(({ state, segmentId }) => `${state} ${segmentId}`).join(", "),
		links: memberships.map(({ segmentId }) => ({ kind: "segment", id: segmentId })),
	});
}

function deliveries({ deliveries: all }: Traces): TraceStep {
	const [first] = all;
	if (!first) return step("deliveries", false, { detail: "no destination asked for it" });
	return step("deliveries", true, {
		at: first.updatedAt,
		detail: all.map(({ state, destinationId }) => `${state} to ${destinationId}`).join(", "),
		links: all.map(({ deliveryId }) => ({ kind: "delivery", id: deliveryId })),
	});
}
