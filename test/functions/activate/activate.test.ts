import { createHmac } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { CATALOGUE } from "#contracts/bus/catalogue.ts";
import { deliveryEnded } from "#contracts/bus/delivery-ended.ts";
import { eventsProcessed } from "#contracts/bus/events-processed.ts";
import { type SegmentChanged, segmentChanged } from "#contracts/bus/segment-changed.ts";
import { deliveriesAnswer, redriveAnswer } from "#contracts/http/deliveries.ts";
import type { BusEntry } from "#domain/model/ports.ts";
import { type LocalServer, localServer, type Received, status } from "#test/adapters/http/local-server.ts";
import { ADA, AT, aDestination, anEvent } from "#test/domain/activate/examples.ts";
import { openStage } from "./stage.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

let server: LocalServer;
beforeEach(async () => {
	server = await localServer(status(204));
	return () => server.close();
});

const person = { profileId: ADA.profileId, traits: ADA.traits, identifiers: [...ADA.identifiers] };

const change = (detailType: "SegmentEntered" | "SegmentExited", version: number): BusEntry => {
	const detail: SegmentChanged = {
		version: 1,
		transitionId: `${ADA.profileId}:big-spenders:${version}`,
		segmentId: "big-spenders",
		segmentVersion: 1,
		membershipVersion: version,
		at: AT,
		cause: { kind: "event", messageId: "m1", leaf: "when.all.0" },
		...person,
	};
	return { source: CATALOGUE[detailType], detailType, detail: segmentChanged.parse(detail) };
};

const processed = (...messageIds: string[]): BusEntry => {
	const { source, ...event } = anEvent();
	const events = messageIds.map((messageId) => ({ event: { ...event, messageId }, ...person }));
	const detail = { version: 1, batchId: "b1", source, names: ["Order Completed"], events };
	return { source: CATALOGUE.EventsProcessed, detailType: "EventsProcessed", detail: eventsProcessed.parse(detail) };
};

const crm = (more: object = {}) =>
	aDestination({ settings: { url: `${server.url}/crm`, secret: "{{secret:crm}}" }, ...more });

/** The stage with one webhook, an entry on the bus, routed. */
async function withEntry() {
	const stage = openStage([crm()]);
	stage.secrets.set("crm", SECRET);
	await stage.bus.publish([change("SegmentEntered", 1)]);
	await stage.route();
	const logged = async () => (await stage.deliveryLog.list({ destinationId: "crm", limit: 10 })).deliveries;
	return { ...stage, logged };
}

const signatureOf = ({ headers, body }: Received): string => {
	const key = Buffer.from(SECRET.slice("whsec_".length), "base64");
	const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body.toString()}`;
	return `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
};

describe("from the bus to a webhook", () => {
	it("delivers an entry into a segment, signed, and says so", async () => {
		const { deliver, logged, published } = await withEntry();
		await deliver();

		expect(server.received).toHaveLength(1);
		const [received] = server.received as [Received];
		expect(received.headers["webhook-signature"]).toBe(signatureOf(received));
		expect(JSON.parse(received.body.toString())).toEqual({
			type: "segment.entered",
			timestamp: AT,
			data: {
				segmentId: "big-spenders",
				membershipVersion: 1,
				transitionId: `${ADA.profileId}:big-spenders:1`,
				messageId: "m1",
				cause: { kind: "event", messageId: "m1", leaf: "when.all.0" },
				profile: person,
			},
		});
		const [row] = await logged();
		expect(row).toMatchObject({ deliveryId: received.headers["webhook-id"], state: "delivered", attempt: 1 });
		const told = published.filter(({ source }) => source === "tutti.activate");
		expect(told.map(({ detailType }) => detailType)).toEqual(["DeliverySucceeded"]);
		expect(deliveryEnded.parse(told[0]?.detail).deliveries).toMatchObject([{ state: "delivered", messageId: "m1" }]);
	});

	it("delivers once what is told, routed and queued twice", async () => {
		const { bus, route, deliver, deliveries, logged } = await withEntry();
		await bus.publish([change("SegmentEntered", 1), change("SegmentEntered", 1)]);
		expect(await route()).toBe(2);
		const [waiting] = await deliveries.receive(1);
		const again = { body: waiting?.body ?? "" };
		await deliveries.send([again, again, again]); // copies in one batch
		await deliver();
		await deliveries.send([again]); // and one that comes later
		await deliver();

		expect(server.received).toHaveLength(1);
		expect(await logged()).toMatchObject([{ state: "delivered", attempts: [{ outcome: "delivered" }] }]);
	});

	it("sends an entry and the exit after it apart", async () => {
		const { bus, route, deliver, logged } = await withEntry();
		await bus.publish([change("SegmentExited", 2)]);
		await route();
		await deliver();
		const types = server.received.map(({ body }) => JSON.parse(body.toString()).type);
		expect(types.sort()).toEqual(["segment.entered", "segment.exited"]);
		expect(await logged()).toHaveLength(2);
	});

	it("tries again when the time has come, and not before", async () => {
		const { deliver, pass, logged, deliveries } = await withEntry();
		server.answers(status(503, "", { "retry-after": "2000" }));
		await deliver();
		expect(await logged()).toMatchObject([{ state: "retrying", reason: "http_503", attempt: 1 }]);
		server.answers(status(204));
		for (const seconds of [900, 900]) {
			pass(seconds);
			expect(await deliver()).toBe(1); // on its way through the queue
		}
		expect(server.received).toHaveLength(1);
		pass(300);
		await deliver();
		expect(server.received).toHaveLength(2);
		expect(await logged()).toMatchObject([
			{ state: "delivered", attempt: 2, attempts: [{ status: 503 }, { status: 204 }] },
		]);
		expect(await deliveries.depth()).toEqual({ waiting: 0, inFlight: 0 });
	});

	it("counts attempts, those that were not taken, and what was set aside", async () => {
		const { deliver, metrics, pass } = await withEntry();
		server.answers(status(503));
		await deliver();
		expect(metrics).toEqual([{ DeliveryAttempts: 1, FailedDeliveryAttempts: 1 }]);
		server.answers(status(400));
		pass(3600);
		await deliver();
		expect(metrics[1]).toEqual({ DeliveryAttempts: 1, FailedDeliveryAttempts: 1, DeliveriesSetAside: 1 });
	});

	it("sets aside what is refused, and delivers it by a redrive once that is mended", async () => {
		const { deliver, redrive, logged, deadLetters, published } = await withEntry();
		server.answers(status(400, '{"error":"no such person: ada@example.com"}'));
		await deliver();
		expect(await logged()).toMatchObject([{ state: "dead", reason: "http_400" }]);
		expect(await deadLetters.depth()).toEqual({ waiting: 1, inFlight: 0 });
		expect(published.map(({ detailType }) => detailType)).toContain("DeliveryFailed");

		server.answers(status(204));
		expect(await redrive({ destinationId: "other", limit: 10 })).toEqual({
			redriven: 0,
			examined: 1,
			isComplete: true,
		});
		const answer = await redrive({ destinationId: "crm", limit: 10 });
		expect(redriveAnswer.parse(answer)).toEqual({ redriven: 1, examined: 1, isComplete: true });
		await deliver();
		expect(await deadLetters.depth()).toEqual({ waiting: 0, inFlight: 0 });
		const rows = await logged();
		expect(rows).toMatchObject([{ state: "delivered", round: 2, attempt: 1 }]);
		expect(deliveriesAnswer.parse({ deliveries: rows }).deliveries).toEqual(rows);
		const ids = server.received.map(({ headers }) => headers["webhook-id"]);
		expect(new Set(ids).size).toBe(1);
	});

	it("pauses when it is not let in, for want of a secret too, and goes on by a redrive", async () => {
		const { deliver, redrive, logged, secrets } = await withEntry();
		secrets.clear();
		await deliver();
		expect(await logged()).toMatchObject([{ state: "paused", reason: "missing_secret" }]);
		secrets.set("crm", SECRET);
		server.answers(status(401));
		await redrive({ limit: 10 });
		await deliver();
		expect(await logged()).toMatchObject([{ state: "paused", reason: "http_401", round: 2 }]);
		server.answers(status(204));
		await redrive({ limit: 10 });
		await deliver();
		expect(await logged()).toMatchObject([{ state: "delivered", round: 3 }]);
	});

	it("tells later what the bus did not take, and sends nothing again for it", async () => {
		const { deliver, pass, bus, published } = await withEntry();
		const away = { publish: async () => Promise.reject(new Error("the bus is away")) };
		await deliver(away);
		expect(server.received).toHaveLength(1);
		pass(361);
		await deliver(bus);
		expect(server.received).toHaveLength(1);
		expect(published.map(({ detailType }) => detailType)).toContain("DeliverySucceeded");
	});

	it("lets what nobody can read end in the dead letters, and the rest pass", async () => {
		const { deliver, pass, deliveries, deadLetters } = await withEntry();
		await deliveries.send([{ body: "{" }, { body: JSON.stringify({ version: 1, deliveryId: "dlv_x" }) }]);
		for (let received = 0; received < 6; received++) {
			await deliver();
			pass(361);
		}
		expect(server.received).toHaveLength(1);
		expect(await deadLetters.depth()).toEqual({ waiting: 2, inFlight: 0 });
	});

	it("writes nothing about the person, and no secret, into the log of the function", async () => {
		const { deliver, log } = await withEntry();
		server.answers(status(400, "ada@example.com"));
		await deliver();
		const lines = JSON.stringify(log.lines);
		expect(lines).toContain("http_400");
		expect(lines).not.toMatch(/ada|gold|whsec/);
	});
});

describe("events", () => {
	it("go to a bought destination beside the webhook, each by its own subscription", async () => {
		const on = { event: "Order Completed", where: [{ path: "properties.total", is: { op: "gte", value: 100 } }] };
		const mapping = {
			external_id: { "@path": "$.userId" },
			name: { "@path": "$.event" },
			time: { "@path": "$.timestamp" },
		};
		const braze = aDestination({
			id: "braze-prod",
			type: "braze",
			settings: { api_key: "{{secret:braze}}", endpoint: `${server.url}/braze` },
			subscriptions: [{ on, action: "trackEvent", mapping }],
		});
		const stage = openStage([braze, crm({ subscriptions: [{ on }] })]);
		stage.secrets.set("braze", "braze-key").set("crm", SECRET);
		await stage.bus.publish([processed("m1", "m2")]);
		await stage.route();
		await stage.deliver();

		const paths = server.received.map(({ path }) => path);
		expect(paths.sort()).toEqual(["/braze/users/track", "/braze/users/track", "/crm", "/crm"]);
		const toBraze = server.received.find(({ path }) => path.startsWith("/braze"));
		expect(toBraze?.headers.authorization).toBe("Bearer braze-key");
		const rows = await stage.deliveryLog.ofMessage("m2");
		expect(rows.map(({ destinationId, state }) => [destinationId, state]).sort()).toEqual([
			["braze-prod", "delivered"],
			["crm", "delivered"],
		]);
		expect(stage.published.filter(({ detailType }) => detailType === "DeliverySucceeded")).toHaveLength(1);
	});

	it("that nobody asks for make nothing at all", async () => {
		const stage = openStage([crm()]);
		await stage.bus.publish([processed("m1")]);
		await stage.route();
		expect(await stage.deliveries.depth()).toEqual({ waiting: 0, inFlight: 0 });
		expect(await stage.deliveryLog.ofMessage("m1")).toEqual([]);
	});

	it("go nowhere while their destination is disabled, and go on when it is enabled and redriven", async () => {
		const stage = openStage([crm({ subscriptions: [{ on: { event: "Order Completed" } }] })]);
		stage.secrets.set("crm", SECRET);
		await stage.bus.publish([processed("m1")]);
		await stage.route();
		const [destination] = stage.workspace.destinations;
		Object.assign(destination ?? {}, { enabled: false });
		await stage.deliver();
		expect(server.received).toEqual([]);
		expect(await stage.deliveryLog.ofMessage("m1")).toMatchObject([{ state: "dead", reason: "destination_disabled" }]);
		Object.assign(destination ?? {}, { enabled: true });
		await stage.redrive({ limit: 10 });
		await stage.deliver();
		expect(server.received).toHaveLength(1);
	});
});
