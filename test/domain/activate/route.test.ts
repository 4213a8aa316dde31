import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { delivery as deliveryMessage } from "#contracts/queues/delivery.ts";
import { newsOf } from "#domain/activate/news.ts";
import { route } from "#domain/activate/route.ts";
import { ADA, AT, aDestination, anEvent, changeNews, deliveryOf, eventNews, hash } from "./examples.ts";

const routed = (...args: Parameters<typeof route> extends [infer N, infer D, unknown] ? [N, D] : never) =>
	route(...args, { hash, now: new Date(AT) });

const onOrder = (where: unknown[] = []) =>
	aDestination({ subscriptions: [{ on: { event: "Order Completed", where } }] });
const onSegment = (change?: string) =>
	aDestination({ subscriptions: [{ on: { segment: "big-spenders", ...(change && { change }) } }] });

describe("route", () => {
	it.each([
		{ what: "an event it names", news: eventNews(), to: onOrder(), deliveries: 1 },
		{ what: "another event", news: eventNews({ event: "Order Refunded" }), to: onOrder(), deliveries: 0 },
		{
			what: "a page of the event's name",
			news: eventNews({ type: "page", name: "Order Completed" }),
			to: onOrder(),
			deliveries: 0,
		},
		{
			what: "an event that meets where",
			news: eventNews(),
			to: onOrder([{ path: "properties.total", is: { op: "gte", value: 100 } }]),
			deliveries: 1,
		},
		{
			what: "an event that meets only one part of where",
			news: eventNews(),
			to: onOrder([
				{ path: "properties.total", is: { op: "gte", value: 100 } },
				{ path: "context.page.path", is: { op: "eq", value: "/cart" } },
			]),
			deliveries: 0,
		},
		{
			what: "an event whose field has another type than where compares with",
			news: eventNews({ properties: { total: "120" } }),
			to: onOrder([{ path: "properties.total", is: { op: "ne", value: 0 } }]),
			deliveries: 0,
		},
		{ what: "a historical event", news: eventNews({ flags: ["historical"] }), to: onOrder(), deliveries: 0 },
		{ what: "a clamped event", news: eventNews({ flags: ["future_timestamp"] }), to: onOrder(), deliveries: 1 },
		{ what: "an entry into its segment", news: changeNews(), to: onSegment(), deliveries: 1 },
		{ what: "an exit from its segment", news: changeNews({ kind: "exited" }), to: onSegment(), deliveries: 1 },
		{ what: "an exit, wanting entries", news: changeNews({ kind: "exited" }), to: onSegment("entered"), deliveries: 0 },
		{ what: "an entry, wanting exits", news: changeNews(), to: onSegment("exited"), deliveries: 0 },
		{ what: "another segment", news: changeNews({ segmentId: "lapsed" }), to: onSegment(), deliveries: 0 },
		{ what: "an entry while disabled", news: changeNews(), to: { ...onSegment(), enabled: false }, deliveries: 0 },
	])("makes $deliveries deliveries for $what", ({ news, to, deliveries }) => {
		expect(routed([news], [to])).toHaveLength(deliveries);
	});

	it.each([
		{ integrations: {}, goes: true },
		{ integrations: { All: true }, goes: true },
		{ integrations: { All: false }, goes: false },
		{ integrations: { "crm-webhook": false }, goes: false },
		{ integrations: { "crm-webhook": true, All: false }, goes: true },
		{ integrations: { "crm-webhook": { list: "a" }, All: false }, goes: true },
		{ integrations: { "crm-webhook": null }, goes: false },
		{ integrations: { webhook: false }, goes: false },
		{ integrations: { webhook: false, "crm-webhook": true }, goes: true },
		{ integrations: { "another-webhook": false }, goes: true },
		{ integrations: { "another-webhook": true, All: false }, goes: false },
	])("with integrations $integrations an event goes to crm-webhook: $goes", ({ integrations, goes }) => {
		const crm = { ...onOrder(), id: "crm-webhook" };
		expect(routed([eventNews({ integrations })], [crm])).toHaveLength(goes ? 1 : 0);
	});

	it("carries what is needed to send it, to whom, and why", () => {
		const [delivery] = routed([eventNews()], [onOrder()]);
		expect(delivery).toEqual({
			version: 1,
			deliveryId: expect.stringMatching(/^dlv_[\w-]{24}$/),
			destinationId: "crm",
			subscription: {
				key: expect.any(String),
				position: 0,
				on: { event: "Order Completed", where: [] },
				action: "send",
			},
			news: { kind: "event", event: anEvent(), person: ADA },
			createdAt: "2026-03-01T10:00:01.000Z",
			round: 1,
			attempt: 1,
			startedAt: AT,
		});
		expect(deliveryMessage.strict().parse(JSON.parse(JSON.stringify(delivery)))).toEqual(delivery);
	});

	it("names the same news the same however often it is routed, and whoever else listens", () => {
		const first = routed([eventNews()], [onOrder()]);
		const later = route([eventNews()], [onSegment(), onOrder()], { hash, now: new Date("2026-03-02T00:00:00Z") });
		expect(first).toHaveLength(1);
		expect(later.map(({ deliveryId }) => deliveryId)).toEqual(first.map(({ deliveryId }) => deliveryId));
	});

	it("names deliveries apart that differ in news, destination, trigger, action or mapping", () => {
		const to = (more: object) => aDestination({ subscriptions: [{ on: { event: "Order Completed" }, ...more }] });
		const narrow = { on: { event: "Order Completed", where: [{ path: "properties.total", is: { op: "exists" } }] } };
		const ids = [
			deliveryOf(eventNews(), to({})),
			deliveryOf(eventNews({ messageId: "m2" }), to({})),
			deliveryOf(eventNews(), { ...to({}), id: "crm-2" }),
			deliveryOf(eventNews(), to(narrow)),
			deliveryOf(eventNews(), to({ action: "other" })),
			deliveryOf(eventNews(), to({ mapping: { list: "a" } })),
			deliveryOf(eventNews(), to({ mapping: { list: "b" } })),
			deliveryOf(changeNews(), onSegment()),
			deliveryOf(changeNews({ transitionId: "m1" }), onSegment()),
		].map(({ deliveryId }) => deliveryId);
		expect(new Set(ids).size).toBe(ids.length);
	});

	it("does not care in which order a mapping's fields were written", () => {
		const to = (mapping: object) => aDestination({ subscriptions: [{ on: { segment: "big-spenders" }, mapping }] });
		const [one, other] = [
			{ a: { x: 1, y: 2 }, b: 3 },
			{ b: 3, a: { y: 2, x: 1 } },
		];
		expect(deliveryOf(changeNews(), to(one)).deliveryId).toBe(deliveryOf(changeNews(), to(other)).deliveryId);
	});

	it("never makes two deliveries of one id for different subscriptions, and never one for the disabled", () => {
		const destination = fc.record({
			id: fc.constantFrom("a", "b", "c"),
			type: fc.constant("webhook"),
			enabled: fc.boolean(),
			subscriptions: fc.uniqueArray(
				fc.record({
					on: fc.constantFrom(
						{ segment: "big-spenders" },
						{ segment: "big-spenders", change: "entered" },
						{ event: "Order Completed" },
					),
					mapping: fc.constantFrom({}, { list: "a" }, { list: "b" }),
				}),
				{ selector: (subscription) => JSON.stringify(subscription) },
			),
		});
		const destinations = fc.uniqueArray(destination.map(aDestination), { selector: ({ id }) => id });
		const news = fc.uniqueArray(
			fc.constantFrom(
				eventNews(),
				eventNews({ messageId: "m2" }),
				changeNews(),
				changeNews({ kind: "exited", transitionId: "t2" }),
			),
		);
		fc.assert(
			fc.property(news, destinations, (pieces, all) => {
				const made = routed(pieces, all);
				expect(new Set(made.map(({ deliveryId }) => deliveryId)).size).toBe(made.length);
				const enabled = new Set(all.filter((one) => one.enabled).map(({ id }) => id));
				expect(made.every(({ destinationId }) => enabled.has(destinationId))).toBe(true);
			}),
		);
	});
});

describe("newsOf", () => {
	const about = { profileId: ADA.profileId, traits: ADA.traits, identifiers: [...ADA.identifiers] };

	it("takes each processed event with its source and its profile", () => {
		const { source, ...event } = anEvent();
		const detail = {
			version: 1 as const,
			batchId: "b1",
			source,
			names: [],
			events: [{ event: event as never, ...about }],
		};
		expect(newsOf({ detailType: "EventsProcessed", detail })).toEqual([eventNews()]);
	});

	it.each([
		{ detailType: "SegmentEntered" as const, kind: "entered" as const },
		{ detailType: "SegmentExited" as const, kind: "exited" as const },
	])("takes a $detailType as $kind, with the event that tipped it", ({ detailType, kind }) => {
		const { kind: _kind, messageId, person: _person, ...change } = changeNews();
		const cause = { kind: "event" as const, messageId, leaf: "when.all.0" };
		const detail = { version: 1 as const, segmentVersion: 1, ...change, cause, ...about };
		expect(newsOf({ detailType, detail })).toEqual([changeNews({ kind })]);
	});
});
