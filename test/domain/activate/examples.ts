import { createHash } from "node:crypto";
import { type Destination, destination } from "#contracts/definitions/destination.ts";
import type { News } from "#domain/activate/delivery.ts";
import { route } from "#domain/activate/route.ts";
import type { SourcedEvent } from "#domain/model/event.ts";

export const AT = "2026-03-01T10:00:00.000Z";
export const hash = (text: string): string => createHash("sha256").update(text).digest("base64url");

export const ADA = {
	profileId: "00000000-0000-8000-8000-00000000000a",
	traits: { email: "ada@example.com", plan: "gold" },
	identifiers: [
		{ namespace: "user_id", value: "ada" },
		{ namespace: "email", value: "ada@example.com" },
		{ namespace: "anonymous_id", value: "a-1" },
	],
};

export const anEvent = (more: Partial<SourcedEvent> = {}): SourcedEvent => ({
	messageId: "m1",
	source: "web",
	type: "track",
	event: "Order Completed",
	userId: "ada",
	anonymousId: "a-1",
	properties: { total: 120, currency: "EUR" },
	context: { ip: "192.0.2.1", page: { path: "/thanks" } },
	timestamp: AT,
	originalTimestamp: AT,
	sentAt: AT,
	receivedAt: "2026-03-01T10:00:01.000Z",
	...more,
});

export const eventNews = (more: Partial<SourcedEvent> = {}): News => ({
	kind: "event",
	event: anEvent(more),
	person: ADA,
});

type Change = Extract<News, { kind: "entered" | "exited" }>;

export const changeNews = (more: Partial<Change> = {}): Change => ({
	kind: "entered",
	transitionId: `${ADA.profileId}:big-spenders:1`,
	segmentId: "big-spenders",
	membershipVersion: 1,
	at: AT,
	messageId: "m1",
	cause: { kind: "event", messageId: "m1", leaf: "when.all.0" },
	person: ADA,
	...more,
});

/** A destination as the workspace's YAML would say it, with what the schema fills in. */
export const aDestination = (more: Record<string, unknown> = {}): Destination =>
	destination.parse({
		id: "crm",
		type: "webhook",
		settings: { url: "https://crm.example/in", secret: "{{secret:crm}}" },
		subscriptions: [{ on: { segment: "big-spenders" } }],
		...more,
	});

/** The one delivery that news makes for a destination. */
export function deliveryOf(news: News, to: Destination, now = new Date(AT)) {
	const [delivery, ...more] = route([news], [to], { hash, now });
	if (!delivery || more.length > 0) throw new Error("expected one delivery");
	return delivery;
}
