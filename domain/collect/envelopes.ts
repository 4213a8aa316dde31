import type { EventsCollected } from "#contracts/bus/events-collected.ts";
import type { Collected } from "#domain/model/ports.ts";
import { MAX_ENVELOPE_BYTES } from "./limits.ts";
import type { ByteLength } from "./measure.ts";

/** An envelope as it goes on the bus: `EventsCollected`'s detail, read-only. */
export type Envelope = Omit<EventsCollected, "types" | "names" | "events"> & {
	readonly types: readonly string[];
	readonly names: readonly string[];
	readonly events: Collected["events"];
};

/** What an envelope has left for its events and their names: 1 KB is more than its own fields can take. */
const ROOM_BYTES = MAX_ENVELOPE_BYTES - 1024;

export type Packing = {
	/** The request's own id; envelopes of a split request are told apart by `:1`, `:2` … behind it. */
	readonly batchId: string;
	/** `single` puts every event into an envelope of its own. */
	readonly publish: "envelope" | "single";
	/** No less than the JSON of all events takes: when that fits, nothing has to be measured. */
	readonly bytesAtMost: number;
	readonly byteLength: ByteLength;
};

/**
 * Packs a request's events for the bus (DESIGN D1), in their order: one envelope, or as many as keep each below 240 KB
 * of UTF-8 JSON. Every event is in exactly one of them.
 */
export function envelopes(collected: Collected, { batchId, publish, bytesAtMost, byteLength }: Packing): Envelope[] {
	const whole = envelope(collected, batchId);
	if (collected.events.length <= 1) return collected.events.length === 1 ? [whole] : [];
	const isSmall = bytesAtMost <= ROOM_BYTES && bytesAtMost + byteLength(JSON.stringify(whole.names)) <= ROOM_BYTES;
	if (publish === "envelope" && isSmall) return [whole];
	const groups = publish === "single" ? collected.events.map((event) => [event]) : split(collected.events, byteLength);
	if (groups.length === 1) return [whole];
	return groups.map((events, index) => envelope({ ...collected, events }, `${batchId}:${index + 1}`));
}

function envelope({ source, receivedAt, events }: Collected, batchId: string): Envelope {
	const types = new Set<string>();
	const names = new Set<string>();
	for (const { type, event } of events) {
		types.add(type);
		if (type === "track" && event !== undefined) names.add(event);
	}
	return { version: 1, batchId, source, receivedAt, types: [...types], names: [...names], events };
}

/** An event's name may come to stand in `names` too, so it is counted twice. */
function split(events: Collected["events"], byteLength: ByteLength): Collected["events"][] {
	const groups: Collected["events"][number][][] = [];
	let left = 0;
	for (const event of events) {
		const bytes = byteLength(JSON.stringify(event)) + byteLength(JSON.stringify(event.event ?? "")) + 2;
		if (bytes > left) {
			groups.push([]);
			left = ROOM_BYTES;
		}
		groups.at(-1)?.push(event);
		left -= bytes;
	}
	return groups;
}
