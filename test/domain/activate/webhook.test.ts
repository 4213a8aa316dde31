import { describe, expect, it } from "vitest";
import { buildRequest, readResponse, webhookBody } from "#domain/activate/destinations/webhook.ts";
import type { Order } from "#domain/activate/ports.ts";
import { segmentEvent } from "#domain/activate/segment-event.ts";
import { ADA, AT, anEvent, changeNews, eventNews } from "./examples.ts";

const order = (more: Partial<Order> = {}): Order => ({
	deliveryId: "dlv_1",
	settings: { url: "https://crm.example/in?a=1", secret: "whsec_x" },
	action: "send",
	mapping: {},
	news: changeNews(),
	at: new Date("2026-03-01T10:00:00.999Z"),
	...more,
});
const PROFILE = { profileId: ADA.profileId, traits: ADA.traits, identifiers: ADA.identifiers };

describe("buildRequest", () => {
	it("signs id, time of the attempt and the very body it sends", () => {
		const signed: string[][] = [];
		const request = buildRequest(order(), (...args) => {
			signed.push(args);
			return "SIGNATURE";
		});
		if ("kind" in request) throw new Error(request.reason);
		expect(signed).toEqual([[`dlv_1.1772359200.${request.body}`, "whsec_x"]]);
		expect(request).toEqual({
			method: "POST",
			url: "https://crm.example/in?a=1",
			headers: {
				"content-type": "application/json",
				"user-agent": "Tutti (Standard Webhooks)",
				"webhook-id": "dlv_1",
				"webhook-timestamp": "1772359200",
				"webhook-signature": "v1,SIGNATURE",
			},
			body: JSON.stringify(webhookBody(changeNews())),
		});
	});

	it.each([
		{ settings: { secret: "whsec_x" }, reason: "missing_setting", detail: "url" },
		{ settings: { url: "https://crm.example" }, reason: "unusable_secret", detail: "secret" },
		{ settings: { url: "https://crm.example", secret: "bad" }, reason: "unusable_secret", detail: "secret" },
	])("waits for a person when the settings are $settings", ({ settings, reason, detail }) => {
		const sign = (_text: string, secret: string) => (secret === "bad" ? undefined : "SIGNATURE");
		expect(buildRequest(order({ settings }), sign)).toEqual({ kind: "unauthorised", reason, detail });
	});
});

describe("webhookBody", () => {
	it("tells of an event with the event as it was collected and the profile as it was then", () => {
		expect(webhookBody(eventNews())).toEqual({
			type: "event.processed",
			timestamp: AT,
			data: { event: anEvent(), profile: PROFILE },
		});
	});

	it.each(["entered", "exited"] as const)("tells that a segment was %s, and by which event and condition", (kind) => {
		const { segmentId, transitionId, cause } = changeNews();
		expect(cause).toEqual({ kind: "event", messageId: "m1", leaf: "when.all.0" });
		expect(webhookBody(changeNews({ kind }))).toEqual({
			type: `segment.${kind}`,
			timestamp: AT,
			data: { segmentId, membershipVersion: 1, transitionId, messageId: "m1", cause, profile: PROFILE },
		});
	});

	it("names no event where none tipped it, and says that time did", () => {
		const { messageId: _messageId, ...byTime } = changeNews({ cause: { kind: "time", leaf: "when" } });
		expect(webhookBody(byTime)).not.toHaveProperty("data.messageId");
		expect(webhookBody(byTime)).toHaveProperty("data.cause", { kind: "time", leaf: "when" });
	});

	it("is what it was for a delivery that was queued before causes were told", () => {
		const { cause: _cause, ...queued } = changeNews();
		expect(webhookBody(queued)).not.toHaveProperty("data.cause");
	});
});

describe("readResponse", () => {
	const now = new Date("2026-03-01T10:00:00.000Z");
	const answered = (status: number, headers = {}) => ({ kind: "answered", status, headers }) as const;

	it.each([
		{ response: answered(200), verdict: { kind: "delivered", status: 200 } },
		{ response: answered(301), verdict: { kind: "refused", reason: "http_301", status: 301 } },
		{
			response: answered(503, { "retry-after": "Sun, 01 Mar 2026 10:00:30 GMT" }),
			verdict: { kind: "retry", reason: "http_503", status: 503, retryAfterSeconds: 30 },
		},
		{ response: { kind: "failed", reason: "timeout" } as const, verdict: { kind: "retry", reason: "timeout" } },
		{
			response: { kind: "failed", reason: "address_refused" } as const,
			verdict: { kind: "refused", reason: "address_refused" },
		},
	])("says $verdict.kind to $response", ({ response, verdict }) => {
		expect(readResponse(response, now)).toEqual(verdict);
	});
});

describe("segmentEvent", () => {
	it("is the event with what is known of the person beside it", () => {
		const event = segmentEvent(eventNews({ flags: ["future_timestamp"], extra: { channel: "web" } }));
		expect(event).toMatchObject({
			messageId: "m1",
			type: "track",
			event: "Order Completed",
			channel: "web",
			userId: "ada",
			anonymousId: "a-1",
			traits: ADA.traits,
			context: {
				page: { path: "/thanks" },
				traits: ADA.traits,
				externalIds: [
					{ id: "ada", type: "user_id", collection: "users", encoding: "none" },
					{ id: "ada@example.com", type: "email", collection: "users", encoding: "none" },
					{ id: "a-1", type: "anonymous_id", collection: "users", encoding: "none" },
				],
			},
		});
		for (const ours of ["source", "flags", "extra"]) expect(event).not.toHaveProperty(ours);
	});

	it("knows the person of an event that came without ids of that kind", () => {
		const { userId: _userId, ...anonymous } = anEvent();
		expect(segmentEvent({ kind: "event", event: anonymous, person: ADA })).toMatchObject({ userId: "ada" });
		expect(segmentEvent(eventNews({ userId: "ada-2" }))).toMatchObject({ userId: "ada-2" });
	});

	it.each([
		{ type: "identify" as const, traits: { plan: "free" }, expected: { email: "ada@example.com", plan: "free" } },
		{ type: "group" as const, traits: { name: "Acme" }, expected: { name: "Acme" } },
	])("lets the traits of $type come first, and those of an account be its own", ({ type, traits, expected }) => {
		expect(segmentEvent(eventNews({ type, traits })).traits).toEqual(expected);
	});

	it.each([
		{ kind: "entered" as const, event: "Audience Entered", isMember: true },
		{ kind: "exited" as const, event: "Audience Exited", isMember: false },
	])("makes of $kind the event $event that bought destinations know", ({ kind, event, isMember }) => {
		expect(segmentEvent(changeNews({ kind }))).toMatchObject({
			type: "track",
			event,
			userId: "ada",
			anonymousId: "a-1",
			timestamp: AT,
			properties: { audience_key: "big-spenders", "big-spenders": isMember },
			traits: { email: "ada@example.com", "big-spenders": isMember },
			context: { personas: { computation_class: "audience", computation_key: "big-spenders" } },
		});
	});
});
