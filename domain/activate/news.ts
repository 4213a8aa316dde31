import type { EventsProcessed } from "#contracts/bus/events-processed.ts";
import type { SegmentChanged } from "#contracts/bus/segment-changed.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { JsonObject } from "#domain/model/json.ts";
import type { MembershipCause } from "#domain/model/membership.ts";
import type { News } from "./delivery.ts";

/** The entries of the bus that deliveries are made of. */
export type BusNews =
	| { readonly detailType: "EventsProcessed"; readonly detail: EventsProcessed }
	| { readonly detailType: "SegmentEntered" | "SegmentExited"; readonly detail: SegmentChanged };

/** The news in an entry of the bus. */
export function newsOf({ detailType, detail }: BusNews): News[] {
	if (detailType !== "EventsProcessed") return [changeOf(detailType, detail)];
	return detail.events.map(({ event, profileId, traits, identifiers }) => ({
		kind: "event",
		// The schema says of its fields what the type does, though not which of them are JSON.
		event: { ...event, source: detail.source } as SourcedEvent,
		person: { profileId, traits: traits as JsonObject, identifiers },
	}));
}

function changeOf(detailType: "SegmentEntered" | "SegmentExited", change: SegmentChanged): News {
	const { transitionId, segmentId, membershipVersion, at, cause, profileId, traits, identifiers } = change;
	return {
		kind: detailType === "SegmentEntered" ? "entered" : "exited",
		transitionId,
		segmentId,
		membershipVersion,
		at,
		...(cause.messageId !== undefined && { messageId: cause.messageId }),
		// zod's optional fields may be undefined, ours are absent then
		cause: cause as MembershipCause,
		person: { profileId, traits: traits as JsonObject, identifiers },
	};
}
