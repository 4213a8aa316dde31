import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startTutti } from "#local/server.ts";
import { SERVER_KEY, until } from "../support/tutti.ts";

/** What the webhook was told of one person; `after` is how long after the start: `2h5m`. */
type Told = {
	readonly segment: string;
	readonly change: "entered" | "exited";
	readonly after: string;
	readonly userIds: readonly string[];
	readonly cause: { readonly kind: string; readonly messageId?: string; readonly leaf?: string };
};

const MINUTE = 60_000;

/** `1h30`, `2d`, `45m` in milliseconds. */
function span(text: string): number {
	const [, days = "0", hours = "0", minutes = "0"] = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m?)?$/.exec(text) ?? [];
	return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * MINUTE;
}

/** Milliseconds as `span` reads them, without what is nothing. */
function inWords(ms: number): string {
	const minutes = ms / MINUTE;
	const parts = { d: Math.floor(minutes / 1440), h: Math.floor(minutes / 60) % 24, m: minutes % 60 };
	return Object.entries(parts).reduce((text, [unit, n]) => (n === 0 ? text : text + n + unit), "") || "0m";
}

/** Looks that are due are taken every second, whatever time they take on a busy machine. */
const PATIENCE_SECONDS = 90;
/** The tick writes down how far it is when that is half a minute further than before. */
const LOOKED_SECONDS = 30;

/**
 * A whole Tutti whose clock the test moves, over a workspace of these segments, with a webhook that hears of all of them. Times are
 * told as what has passed since the start, a midnight. Everything was applied, and everybody judged, an hour before it.
 */
export async function openShop(start: string, segments: readonly Definition[], traits: readonly Definition[] = []) {
	const folder = mkdtempSync(join(tmpdir(), "tutti-time-"));
	const { told, url, closeWebhook } = await listen((iso) => inWords(Date.parse(iso) - Date.parse(start)));
	writeWorkspace(join(folder, "workspace"), segments, traits);

	let passed = -span("1h");
	const now = () => new Date(Date.parse(start) + passed);
	const env = { TUTTI_SECRET_HOOK: url, TUTTI_SECRET_HOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}` };
	const options = { port: 0, dataFolder: join(folder, "data"), workspaceFolder: join(folder, "workspace"), now, env };
	let tutti = await startTutti(options);
	let sent = 0;
	const headers = { authorization: `Bearer ${tutti.adminToken}`, "content-type": "application/json" };
	const ask = async <T>(path: string, init: RequestInit = {}): Promise<T> =>
		(await (await fetch(tutti.url + path, { headers, ...init })).json()) as T;

	/** Until everybody who was due at this time was looked at, and all that came of it was told. */
	async function allLooked(): Promise<void> {
		for (const { id } of segments) await until(() => ask<Seen>(`/v1/segments/${id}`), isUpToDate, PATIENCE_SECONDS);
		await tutti.idle();
	}
	async function moveTo(time: string): Promise<void> {
		await tutti.idle(); // what is still on its way would be late by as much as the clock moves
		passed = span(time);
		await allLooked();
	}
	await moveTo("0m");

	return {
		told,
		ask,
		/** Until everything that came has been through. */
		settle: () => tutti.idle(),
		/** Where it answers now, and whom. */
		address: () => ({ url: tutti.url, adminToken: tutti.adminToken }),
		moveTo,
		allLooked,
		/** Sends events, each at the time said (`at`, so long after the start; now where it says none), and waits for them. */
		async send(...events: readonly ShopEvent[]): Promise<void> {
			const batch = events.map(({ at, messageId = `message-${sent++}`, ...event }) => ({
				...event,
				messageId,
				timestamp: new Date(Date.parse(start) + (at === undefined ? passed : span(at))).toISOString(),
			}));
			const authorization = `Basic ${btoa(`${SERVER_KEY}:`)}`;
			const init = { method: "POST", headers: { ...headers, authorization }, body: JSON.stringify({ batch }) };
			const { accepted } = await ask<{ accepted: number }>("/v1/batch", init);
			if (accepted !== batch.length) throw new Error(`${accepted} of ${batch.length} events were accepted`);
			await tutti.idle();
		},
		/** Closes Tutti, and opens it again at that time. */
		async offUntil(time: string): Promise<void> {
			await tutti.idle();
			await tutti.close();
			passed = span(time);
			tutti = await startTutti(options);
			await allLooked();
		},
		async close(): Promise<void> {
			await tutti.close();
			await closeWebhook();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

type Seen = { readonly readiness: { readonly state: string }; readonly freshnessSeconds: number | null };
const isUpToDate = ({ readiness, freshnessSeconds }: Seen): boolean =>
	readiness.state === "live" && (freshnessSeconds ?? 0) < LOOKED_SECONDS;

/** A webhook's receiver that keeps what it is told. */
async function listen(afterStart: (iso: string) => string) {
	const told: Told[] = [];
	const webhook = createServer((request, response) => {
		let text = "";
		request.on("data", (part: Buffer) => (text += part.toString()));
		request.on("end", () => {
			const { type, timestamp, data } = JSON.parse(text.replace('"segment.', '"')) as Heard;
			const users = data.profile.identifiers.filter(({ namespace }) => namespace === "user_id");
			told.push({
				segment: data.segmentId,
				change: type,
				after: afterStart(timestamp),
				userIds: users.map(({ value }) => value),
				cause: data.cause,
			});
			response.writeHead(204).end();
		});
	});
	await new Promise<void>((listening) => webhook.listen(0, "127.0.0.1", listening));
	const url = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/`;
	return { told, url, closeWebhook: () => new Promise((closed) => webhook.close(closed)) };
}

export type Shop = Awaited<ReturnType<typeof openShop>>;
type ShopEvent = {
	readonly at?: string;
	readonly messageId?: string;
	readonly type: string;
	readonly [field: string]: unknown;
};
type Definition = { readonly id: string; readonly [field: string]: unknown };
type Heard = {
	readonly type: Told["change"];
	readonly timestamp: string;
	readonly data: {
		readonly segmentId: string;
		readonly cause: Told["cause"];
		readonly profile: { readonly identifiers: readonly { readonly namespace: string; readonly value: string }[] };
	};
};

function writeWorkspace(folder: string, segments: readonly Definition[], traits: readonly Definition[]): void {
	const write = (file: string, definition: object) => {
		mkdirSync(dirname(join(folder, file)), { recursive: true });
		writeFileSync(join(folder, file), JSON.stringify(definition)); // JSON is YAML
	};
	write("sources/server.yaml", { id: "server", name: "Servers", key: { kind: "secret", writeKey: SERVER_KEY } });
	for (const segment of segments) write(`segments/${segment.id}.yaml`, segment);
	for (const trait of traits) write(`traits/${trait.id}.yaml`, trait);
	write("destinations/hook.yaml", {
		id: "hook",
		type: "webhook",
		settings: { url: "{{secret:hook}}", secret: "{{secret:hook-secret}}" },
		subscriptions: segments.map(({ id }) => ({ on: { segment: id } })),
	});
}
