import { expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { keys } from "#adapters/items/keys.ts";
import { itemSharedRates } from "#adapters/items/shared-rates.ts";
import { itemSources } from "#adapters/items/sources.ts";
import { source } from "#contracts/definitions/source.ts";
import type { LoggedDelivery } from "#domain/activate/log-entry.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { applyWorkspace } from "#domain/rules/apply-workspace.ts";
import { profileReader } from "#domain/unify/read-profile.ts";
import { ITEM_GRANTS } from "#lib/constructs/item-grants.ts";
import { repositoriesOver } from "#local/stores.ts";
import { grantedStore } from "#test/support/granted-store.ts";
import { openVault } from "#test/support/identity.ts";
import { memoryItemStore } from "#test/support/memory-item-store.ts";

const entries = Object.keys(import.meta.glob("/functions/*/*/handler.ts")).map((path) => path.split("/").slice(2, 4));
const handlers = import.meta.glob<string>("/functions/*/*/handler.ts", {
	query: "?raw",
	import: "default",
	eager: true,
});

const now = () => new Date("2026-01-02T12:00:00.000Z");
const ADA = "00000000-0000-8000-8000-00000000000a" as SeedId;
const others = { vault: openVault, now };

/** What tests of functions do not drive through `grantedStore` by themselves. */
const over = (entry: string, items = memoryItemStore()) =>
	repositoriesOver({ items: grantedStore(entry, items), ...others });

it("says what each function does with items, of those that are given any", () => {
	const given = Object.entries(handlers).filter(([, text]) => text.includes("dynamoItemStore("));
	const named = given.map(([path]) => path.split("/").slice(2, 4).join("/"));
	expect(entries.length).toBeGreaterThan(named.length);
	expect(Object.keys(ITEM_GRANTS).sort()).toEqual(named.sort());
});

it("refuses what a function may not do, and a call of which one key is another's", async () => {
	const collector = grantedStore("collect/receive-events", memoryItemStore());
	await expect(collector.get(keys.fragment(ADA))).rejects.toThrow("may not GetItem in F#…");
	await expect(collector.put(keys.rate("web", 1))).rejects.toThrow("may not PutItem");
	await expect(collector.batchGet([keys.rate("web", 1), keys.list("vip")])).rejects.toThrow("in RATE#…, LIST");
	await expect(collector.query({ pk: keys.definition("segment", "").pk })).rejects.toThrow("may not Query");
	const deliver = grantedStore("activate/deliver", memoryItemStore());
	const put = { kind: "put", item: keys.cluster(ADA) } as const;
	await expect(deliver.transact([{ kind: "put", item: keys.delivery("d") }, put])).rejects.toThrow("may not PutItem");
});

it("lets the collector read sources and share rates", async () => {
	const items = memoryItemStore();
	const { register } = repositoriesOver({ items, ...others });
	const web = source.parse({ id: "web", key: { kind: "secret", writeKey: "sk_test_web_1" } });
	await applyWorkspace(() => [{ kind: "source", definition: web }], "ada", { register, hash: sha256 });
	const granted = grantedStore("collect/receive-events", items);
	expect((await itemSources({ items: granted, now }).current()).sources.map(({ id }) => id)).toEqual(["web"]);
	const rates = itemSharedRates({ items: granted });
	expect(await rates.tell("web", { window: 7, requests: 2 })).toEqual({ now: 2, before: 0 });
});

it("lets the canary look for what it sent", async () => {
	const { identities, fragments, definitions } = over("watch/send-canary");
	expect(await fragments.load([ADA])).toEqual([]);
	expect(await profileReader({ graph: identities, fragments }).read(ADA)).toBeUndefined();
	expect((await definitions.current()).sources).toEqual([]);
});

const LOGGED: LoggedDelivery = {
	...{ deliveryId: "d", destinationId: "crm", action: "send", profileId: ADA, state: "waiting", round: 1, attempt: 0 },
	...{ createdAt: now().toISOString(), updatedAt: now().toISOString(), attempts: [] },
	news: { kind: "event", messageId: "m" },
};

it("lets administrators see everything that is kept, and redrive", async () => {
	const items = memoryItemStore();
	await over("activate/route-deliveries", items).deliveryLog.open([LOGGED]);
	const account = { namespace: "group_id", value: "acme", id: "00000000-0000-8000-8000-0000000000ac" as SeedId };
	const membership = { account, member: ADA, since: now().toISOString() };
	await over("unify/process-events", items).accounts.join(membership);
	await over("unify/process-events", items).beats.beat({ at: now().toISOString(), lagSeconds: 1 });
	const admin = over("admin/serve-admin-api", items);

	expect((await admin.deliveryLog.list({ destinationId: "crm", limit: 10 })).deliveries).toEqual([LOGGED]);
	expect(await admin.deliveryLog.ofMessage("m")).toEqual([LOGGED]);
	await admin.deliveryLog.change(LOGGED, (log) => ({ ...log, round: 2 }));
	expect(await admin.deliveryLog.read("d")).toEqual({ ...LOGGED, round: 2 });
	expect((await admin.accounts.membersOf(account.id)).members).toMatchObject([{ member: ADA }]);
	expect(await admin.accounts.of([ADA], 10)).toMatchObject([{ account: { value: "acme" } }]);
	expect(await admin.beats.last()).toMatchObject({ lagSeconds: 1 });
	expect(await admin.quarantine.list("2026-01-02")).toEqual({ events: [] });
	expect((await admin.recomputes.states(["gold"])).size).toBe(0);
	expect([await admin.recomputes.run(), await admin.looks.progress()]).toEqual([undefined, undefined]);
	expect([await admin.recomputes.sizes("gold", 9), await admin.transitions.days("gold", 9)]).toEqual([[], []]);
	expect([await admin.memberships.of(ADA), await admin.memberships.size("gold")]).toEqual([[], 0]);
	expect((await admin.memberships.membersOf("gold")).members).toEqual([]);
	await admin.reconciles.ask(now().toISOString());
	expect(await over("segment/reconcile-segments", items).reconciles.askedAt()).toBe(now().toISOString());
	expect((await admin.health.list("hub")).ids).toEqual([]);
	expect((await admin.journal.entries(ADA)).entries).toEqual([]);
	expect(await admin.lists.uploads("vip", 10)).toEqual([]);
	expect(await admin.register.history("segment", "gold")).toEqual([]);
});
