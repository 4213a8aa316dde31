import { CATALOGUE } from "#contracts/bus/catalogue.ts";
import type { Source } from "#contracts/definitions/source.ts";
import type { Rejection } from "#contracts/http/collect.ts";
import type { Bus } from "#domain/model/ports.ts";
import { type Acceptance, type AcceptRefusal, acceptEvents, type Call, type Terms } from "./accept-events.ts";
import { envelopes } from "./envelopes.ts";
import type { Moment } from "./iso-time.ts";
import type { Arrived } from "./read-shared.ts";

/** A request that brings events, known to come from `source`. */
export type Request = {
	readonly body: Arrived;
	readonly call: Call;
	readonly source: Source;
	readonly received: Moment;
	/** Of the connection: `ip` and `userAgent`, as far as they are known. */
	readonly seen: { readonly ip?: string; readonly userAgent?: string };
	/** All or nothing: one rejected event refuses the request. */
	readonly isStrict: boolean;
};

export type CollectDeps = Pick<Terms, "newId" | "byteLength"> & { readonly bus: Bus };

export type Collection =
	| { readonly kind: "collected"; readonly accepted: number; readonly rejected: readonly Rejection[] }
	| { readonly kind: "rejected"; readonly rejected: readonly Rejection[] }
	| { readonly kind: "refused"; readonly code: AcceptRefusal };

/**
 * Accepts what can be accepted of a request and puts it on the bus; when it answers `collected`, the bus has it. Throws
 * what the bus throws, and then nothing counts as accepted. A sender that tries again sends the same messageIds, which
 * consumers count once.
 */
export async function collectEvents(request: Request, deps: CollectDeps): Promise<Collection> {
	const acceptance = acceptEvents(request.body, request.call, terms(request, deps));
	if (typeof acceptance === "string") return { kind: "refused", code: acceptance };
	const { accepted, rejected } = acceptance;
	if (request.isStrict && rejected.length > 0) return { kind: "rejected", rejected };
	if (accepted.length > 0) await publish(acceptance, request, deps);
	return { kind: "collected", accepted: accepted.length, rejected };
}

/** A public key stands in pages and apps: what its connection tells is the person's. A server's would be the server's. */
function terms({ source: { key }, received, seen }: Request, { newId, byteLength }: CollectDeps): Terms {
	const own = { received, newId, byteLength };
	return key.kind === "public" ? { ...own, allowedTypes: key.types, seen } : { ...own, seen: {} };
}

async function publish({ accepted, bytesAtMost }: Acceptance, request: Request, deps: CollectDeps): Promise<void> {
	const { source, received } = request;
	const details = envelopes(
		{ source: source.id, receivedAt: received.text, events: accepted },
		{ batchId: deps.newId(), publish: source.publish, bytesAtMost, byteLength: deps.byteLength },
	);
	const detailType = "EventsCollected";
	await deps.bus.publish(details.map((detail) => ({ source: CATALOGUE[detailType], detailType, detail })));
}
