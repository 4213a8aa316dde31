import { createHmac, timingSafeEqual } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { destinationsOver } from "#adapters/destinations/destinations.ts";
import { localChunks } from "#adapters/destinations/local-chunks.ts";
import { isWebhookSecret, signWebhook } from "#adapters/destinations/webhook.ts";
import { DEFAULT_LIMITS } from "#adapters/http/http-client.ts";
import type { Order } from "#domain/activate/ports.ts";
import { AT, changeNews, eventNews } from "#test/domain/activate/examples.ts";
import { type LocalServer, localServer, type Received, status } from "../http/local-server.ts";

/** The vector of the reference libraries' own test "sign function works" (standard-webhooks/standard-webhooks). */
const VECTOR = {
	secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	text: 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}',
	signature: "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};

let server: LocalServer;
beforeEach(async () => {
	server = await localServer(status(204));
	return () => server.close();
});

const limits = { ...DEFAULT_LIMITS, totalMs: 300 };
const send = (more: Partial<Order> = {}) =>
	destinationsOver({ chunks: localChunks(), reach: { loopback: true }, limits }).send("webhook", {
		deliveryId: "dlv_1",
		settings: { url: `${server.url}/in`, secret: VECTOR.secret },
		action: "send",
		mapping: {},
		news: changeNews(),
		at: new Date(),
		...more,
	});

/** What a receiver does, written from the specification's text and not from our code. */
function isAuthentic({ headers, body }: Received, secret: string, toleranceSeconds = 300): boolean {
	const [id, timestamp, signatures] = [
		headers["webhook-id"],
		headers["webhook-timestamp"],
		headers["webhook-signature"],
	];
	if (!id || !timestamp || !signatures) return false;
	if (Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceSeconds) return false;
	const key = Buffer.from(secret.slice("whsec_".length), "base64");
	const signed = Buffer.concat([Buffer.from(`${String(id)}.${String(timestamp)}.`), body]);
	const expected = createHmac("sha256", key).update(signed).digest();
	return String(signatures)
		.split(" ")
		.filter((signature) => signature.startsWith("v1,"))
		.map((signature) => Buffer.from(signature.slice("v1,".length), "base64"))
		.some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}

describe("the webhook destination", () => {
	it("sends what a receiver can verify, whatever letters are in it", async () => {
		const news = eventNews({ properties: { text: 'Zoë 😀 "\\\u2028\u0000', lone: "\ud800" } });
		expect(await send({ news })).toEqual({ kind: "delivered", status: 204 });
		const [received] = server.received;
		if (!received) throw new Error("nothing was received");
		expect(received).toMatchObject({ method: "POST", path: "/in" });
		expect(isAuthentic(received, VECTOR.secret)).toBe(true);
		expect(isAuthentic({ ...received, body: Buffer.concat([received.body, Buffer.from(" ")]) }, VECTOR.secret)).toBe(
			false,
		);
		expect(isAuthentic(received, `whsec_${Buffer.alloc(24).toString("base64")}`)).toBe(false);
		expect(JSON.parse(received.body.toString())).toMatchObject({
			type: "event.processed",
			data: { event: { messageId: "m1" }, profile: { traits: { plan: "gold" } } },
		});
	});

	it("keeps its id and renews its time when it is tried again", async () => {
		await send({ at: new Date("2026-03-01T10:00:00Z") });
		await send({ at: new Date("2026-03-01T10:05:00Z") });
		const [first, second] = server.received.map(({ headers }) => headers);
		expect(second?.["webhook-id"]).toBe(first?.["webhook-id"]);
		expect(Number(second?.["webhook-timestamp"]) - Number(first?.["webhook-timestamp"])).toBe(300);
		expect(second?.["webhook-signature"]).not.toBe(first?.["webhook-signature"]);
	});

	it.each([
		{
			when: "is busy",
			answer: status(429, "", { "retry-after": "9" }),
			verdict: { kind: "retry", reason: "http_429", retryAfterSeconds: 9 },
		},
		{ when: "does not want it", answer: status(422), verdict: { kind: "refused", reason: "http_422" } },
		{ when: "does not know us", answer: status(401), verdict: { kind: "unauthorised", reason: "http_401" } },
		{ when: "is slow", answer: () => undefined, verdict: { kind: "retry", reason: "timeout" } },
		{
			when: "closes in the middle of its answer",
			answer: (response: import("node:http").ServerResponse) => {
				response.writeHead(200, { "content-length": "10" }).write("ok");
				setTimeout(() => response.socket?.destroy(), 10);
			},
			verdict: { kind: "retry", reason: "answer_broken" },
		},
		{
			when: "sends us elsewhere",
			answer: status(307, "", { location: "http://169.254.169.254/latest/meta-data/" }),
			verdict: { kind: "refused", reason: "http_307" },
		},
		{
			when: "answers at great length",
			answer: status(200, "x".repeat(5_000_000)),
			verdict: { kind: "delivered", status: 200 },
		},
	])("says $verdict.kind when the receiver $when", async ({ answer, verdict }) => {
		server.answers(answer);
		expect(await send()).toMatchObject(verdict);
		expect(server.received).toHaveLength(1);
	});

	it("says retry when nobody is there", async () => {
		await server.close();
		expect(await send()).toEqual({ kind: "retry", reason: "connection_failed" });
	});

	it("sends nothing to where it may not, nor without a secret it can sign with", async () => {
		expect(await send({ settings: { url: "http://169.254.169.254/", secret: VECTOR.secret } })).toMatchObject({
			kind: "refused",
			reason: "address_refused",
		});
		expect(await send({ settings: { url: server.url, secret: "{{secret:gone}}" }, at: new Date(AT) })).toMatchObject({
			kind: "unauthorised",
			reason: "unusable_secret",
		});
		expect(server.received).toEqual([]);
	});
});

describe("signWebhook", () => {
	it("signs as the specification's reference libraries do", () => {
		expect(signWebhook(VECTOR.text, VECTOR.secret)).toBe(VECTOR.signature);
		expect(signWebhook(VECTOR.text, `${VECTOR.secret.slice("whsec_".length)}\n`)).toBe(VECTOR.signature);
	});

	const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString("base64")}`;
	it.each([
		{ secret: secretOf(24), usable: true },
		{ secret: secretOf(64), usable: true },
		{ secret: secretOf(23), usable: false },
		{ secret: secretOf(65), usable: false },
		{ secret: "whsec_not base64 at all, though long enough", usable: false },
		{ secret: "", usable: false },
	])("takes $secret for a secret: $usable", ({ secret, usable }) => {
		expect(isWebhookSecret(secret)).toBe(usable);
		expect(signWebhook("x", secret) !== undefined).toBe(usable);
	});
});
