import { describe, expect, it } from "vitest";
import { identifierVault } from "#adapters/items/identifier-vault.ts";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import type { CollectedEvent } from "#domain/model/event.ts";
import type { ArchivedEvent } from "#domain/model/ports.ts";
import { storeEvents } from "#functions/archive/store-events/store-events.ts";
import { anArchivedEvent } from "#test/adapters/archived-events.ts";
import { aContext, busBody, queueEvent } from "../shared/queue-event.ts";
import { recordingLog } from "../shared/recording-log.ts";

const vault = identifierVault(Buffer.alloc(32, 1));
const IDENTITY = {
	...DEFAULT_IDENTITY,
	identifiers: DEFAULT_IDENTITY.identifiers.map((identifier) => ({ ...identifier, blocked: ["nobody"] })),
};
const WORKSPACE: Workspace = { sources: [], trackingPlans: [], segments: [], destinations: [], identity: IDENTITY };

function anEvent(fields: Partial<CollectedEvent> = {}): CollectedEvent {
	const { source: _, ...event } = anArchivedEvent().event;
	return { ...event, ...fields };
}

const envelope = (source: string, ...events: CollectedEvent[]) =>
	busBody({ version: 1, batchId: "b", source, receivedAt: "2026-03-04T23:59:59.999Z", types: [], names: [], events });

async function run(bodies: string[], { fails = false, workspace = WORKSPACE } = {}) {
	const stores: ArchivedEvent[][] = [];
	const log = recordingLog();
	const archive = {
		async store(rows: readonly ArchivedEvent[]) {
			stores.push([...rows]);
			if (fails) throw new Error("ada@example.com was refused");
		},
	};
	const handler = storeEvents({ archive, definitions: { current: async () => workspace }, vault, log });
	const { batchItemFailures } = await handler(queueEvent(bodies), aContext);
	return { stores, log, failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
}

describe("storeEvents", () => {
	it("stores the events of all envelopes of a batch at once, each with its source", async () => {
		const [a, b, c] = [anEvent(), anEvent(), anEvent()];
		const { stores, failed } = await run([envelope("web", a, b), envelope("till", c)]);
		expect(failed).toEqual([]);
		expect(stores).toHaveLength(1);
		expect(stores[0]?.map(({ event }) => event)).toEqual([
			{ ...a, source: "web" },
			{ ...b, source: "web" },
			{ ...c, source: "till" },
		]);
	});

	it.each<{ strongest: string; fields: Partial<CollectedEvent>; seedId: string | null }>([
		{ strongest: "its user id", fields: {}, seedId: vault.seedId({ namespace: "user_id", value: "u-1" }) },
		{
			strongest: "its e-mail, when the user id is blocked",
			fields: { type: "identify", userId: "nobody", traits: { email: " Ada@Example.com " } },
			seedId: vault.seedId({ namespace: "email", value: "ada@example.com" }),
		},
		{ strongest: "none, when all are blocked", fields: { userId: "nobody", anonymousId: "nobody" }, seedId: null },
	])("gives a row the seed id of $strongest", async ({ fields, seedId }) => {
		const { stores } = await run([envelope("web", anEvent(fields))]);
		expect(stores[0]?.[0]?.seedId).toBe(seedId);
	});

	it("gives a row the seed id of the next identifier, when a person blocked the strongest", async () => {
		const userId = vault.seedId({ namespace: "user_id", value: "u-1" });
		const blocked = { ...WORKSPACE, blockedSeeds: new Set([userId]) };
		const { stores } = await run([envelope("web", anEvent({ anonymousId: "a-1" }))], { workspace: blocked });
		expect(stores[0]?.[0]?.seedId).toBe(vault.seedId({ namespace: "anonymous_id", value: "a-1" }));
	});

	it("sends the whole batch back when the archive could not take it, and logs nothing of why", async () => {
		const { failed, log } = await run([envelope("web", anEvent()), envelope("till", anEvent())], { fails: true });
		expect(failed).toEqual(["message-0", "message-1"]);
		expect(log.lines.map(({ level }) => level)).toEqual(["error"]);
		expect(JSON.stringify(log.lines)).not.toContain("ada@");
	});

	it("stores the rest of a batch when one message is no envelope, which goes back by itself", async () => {
		const { stores, failed } = await run(["{}", envelope("web", anEvent())]);
		expect(failed).toEqual(["message-0"]);
		expect(stores[0]).toHaveLength(1);
	});

	it("says how much it archived, and nothing about whom", async () => {
		const { log } = await run([envelope("web", anEvent(), anEvent())]);
		expect(log.lines).toEqual([
			{ level: "info", message: "events were archived", fields: { envelopes: 1, events: 2 } },
		]);
	});
});
