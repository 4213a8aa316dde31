import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { duckdbSql } from "#adapters/embedded/duckdb/sql.ts";
import { fileArchive, fileIdentityArchive } from "#adapters/embedded/files/archive.ts";
import { sqliteChanges } from "#adapters/embedded/sqlite/changes.ts";
import { openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { sqliteItemStore } from "#adapters/embedded/sqlite/item-store.ts";
import { itemDefinitions } from "#adapters/items/definitions.ts";
import { itemDefinitionRegister } from "#adapters/items/definitions-register.ts";
import { itemDueLooks } from "#adapters/items/due-looks.ts";
import { itemFragments } from "#adapters/items/fragments.ts";
import type { Item, ItemStore } from "#adapters/items/item-store.ts";
import { itemLists } from "#adapters/items/lists.ts";
import { itemMemberships } from "#adapters/items/memberships.ts";
import { outboxEntry } from "#adapters/items/outbox.ts";
import { itemRecomputes } from "#adapters/items/recomputes.ts";
import { itemReconciles } from "#adapters/items/reconciles.ts";
import type { Definition } from "#domain/model/definition-register.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { Identifier, SeedId } from "#domain/model/identifier.ts";
import type { ArchivedEvent, Sql } from "#domain/model/ports.ts";
import type { Profile } from "#domain/model/profile.ts";
import { applyWorkspace } from "#domain/rules/apply-workspace.ts";
import { LIST_SOURCE, LISTED_EVENT } from "#domain/rules/measures/measure-spec.ts";
import { segmentCompiler } from "#domain/segment/compile-segments.ts";
import type { RecomputeTimes } from "#domain/segment/plan-recompute.ts";
import type { ReconcileTimes } from "#domain/segment/plan-reconcile.ts";
import { DUCKDB } from "#domain/segment/sql-dialect.ts";
import { updateMemberships } from "#domain/segment/update-memberships.ts";
import { emptyFragment, foldEvents } from "#domain/unify/fold-events.ts";
import { foldProfile } from "#domain/unify/fold-profile.ts";
import { traitCompiler } from "#domain/unify/trait-rules.ts";
import { recomputeSegments } from "#functions/segment/recompute-segments/recompute-segments.ts";
import { reconcileSegments } from "#functions/segment/reconcile-segments/reconcile-segments.ts";
import { tickSegments } from "#functions/segment/tick-segments/tick-segments.ts";
import { inForceCompiler } from "#functions/shared/in-force.ts";
import { grantedStore } from "../../support/granted-store.ts";
import { aContext } from "../shared/queue-event.ts";
import { recordingLog } from "../shared/recording-log.ts";

const START = Date.parse("2026-03-01T10:00:00.000Z");
/** Who is who is not the matter here: each user is one identifier, one fragment, one profile. */
export const seedOf = (user: string): SeedId => {
	const hex = createHash("sha256").update(user).digest("hex");
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5") as SeedId;
};

type Sent = { user: string; event: string } & Partial<SourcedEvent>;
type Tuning = Partial<RecomputeTimes> & { readonly sql?: (sql: Sql) => Sql };

/** The stages around a recompute, with the real stores, an archive in files, and a clock that is turned by hand. */
export async function openWorld({ wrap = (items) => items }: { readonly wrap?: (items: ItemStore) => ItemStore } = {}) {
	const folder = mkdtempSync(join(tmpdir(), "tutti-recompute-"));
	const database = openDatabase(join(folder, "items.sqlite"));
	let time = START;
	const now = () => new Date(time);
	const items = wrap(sqliteItemStore({ database, now }));
	const archive = await fileArchive({ folder: join(folder, "archive") });
	const identityArchive = await fileIdentityArchive({ folder: join(folder, "archive") });
	const sql = duckdbSql({ archive, identityArchive, temporaryFolder: join(folder, "tmp") });
	const definitions = itemDefinitions({ items, now });
	const register = itemDefinitionRegister({ items, hash: sha256, now });
	const [memberships, fragments] = [itemMemberships({ items, now }), itemFragments({ items })];
	const reconciles = itemReconciles({ items });
	const [recomputes, looks] = [itemRecomputes({ items, now }), itemDueLooks({ items, now })];
	const vault = { seedId: ({ value }: Identifier) => seedOf(value) };
	const [compile, compileTraits] = [inForceCompiler(vault), traitCompiler(sha256)];
	const metrics: Record<string, number>[] = [];
	const log = recordingLog();
	const quick = { now, pause: async () => {} };
	const pass = (seconds: number) => {
		time += seconds * 1000;
	};

	const profiles = {
		read: async (id: SeedId): Promise<Profile | undefined> => {
			const [fragment] = await fragments.load([id]);
			const view = { rules: compileTraits(await definitions.current()), now };
			return fragment && foldProfile({ profileId: id, nodes: [], fragments: [fragment], view });
		},
	};

	let n = 0;
	const anEvent = ({ user, ...rest }: Sent): SourcedEvent => ({
		messageId: `m${++n}`,
		type: "track",
		source: "web",
		userId: user,
		properties: {},
		context: {},
		timestamp: now().toISOString(),
		originalTimestamp: now().toISOString(),
		sentAt: now().toISOString(),
		receivedAt: now().toISOString(),
		...rest,
	});

	/** What process-events does with one event. */
	const fold = async (event: SourcedEvent): Promise<void> => {
		const workspace = await definitions.current();
		const { compiled, book } = compile(workspace);
		const seedId = seedOf(event.userId ?? "");
		const [known] = await fragments.load([seedId]);
		const deps = { book, rules: compileTraits(workspace), hashOf: messageHash, now: now() };
		const before = known ?? emptyFragment(seedId);
		await fragments.save(foldEvents(before, [event], deps), before);
		const causeIn = () => ({ kind: "event", messageId: event.messageId }) as const;
		await updateMemberships({ profileId: seedId, compiled, causeIn }, { memberships, profiles, ...quick });
	};
	const store = (event: SourcedEvent, more: Pick<ArchivedEvent, "quarantined"> = {}) =>
		archive.store([{ event, seedId: seedOf(event.userId ?? ""), ...more }]);

	const send = async (sent: Sent) => {
		const event = anEvent(sent);
		await Promise.all([store(event), fold(event)]);
	};

	const told = { put: (numbers: Readonly<Record<string, number>>) => void metrics.push(numbers) };
	/** As the function's role lets it have them. */
	const storesFor = (entry: string) => {
		const own = { items: grantedStore(entry, items), now };
		return {
			...{ definitions, profiles, memberships: itemMemberships(own), fragments: itemFragments(own) },
			...{ recomputes: itemRecomputes(own), looks: itemDueLooks(own), reconciles: itemReconciles(own) },
		};
	};
	const atRecompute = storesFor("segment/recompute-segments");
	const atReconcile = storesFor("segment/reconcile-segments");
	const atTick = storesFor("segment/tick-segments");

	/** The scheduled function, called once. Its waiting turns the clock. */
	const recompute = async ({ sql: changed = (same) => same, ...times }: Tuning = {}) => {
		const handler = recomputeSegments({
			...atRecompute,
			sql: changed(sql),
			dialect: DUCKDB,
			vault,
			now,
			log,
			metrics: told,
			sleep: async (milliseconds) => pass(milliseconds / 1000),
			times: { settledSeconds: 60, ...times },
		});
		return handler({} as never, aContext); // what the schedule says is not looked at
	};

	/** The nightly function, called once. */
	const reconcile = (more: Partial<ReconcileTimes> = {}) => {
		const times = { settledSeconds: 60, ...more };
		const deps = { ...atReconcile, ...quick, sql, dialect: DUCKDB, vault, log, metrics: told, times };
		return reconcileSegments(deps)({} as never, aContext);
	};

	return {
		reconcile,
		reconciles,
		memberships,
		/** What was put on the bus. */
		outbox: async () =>
			sqliteChanges(database)
				.readChanges(1000)
				.map(({ item }) => outboxEntry(item as Item & { entry: string })),
		apply: (...wanted: Definition[]) => applyWorkspace(() => wanted, "ada", { register, hash: sha256 }),
		anEvent,
		fold,
		store,
		/** Both ways at once. */
		send,
		/** Of many people at once. */
		sendAll: async (all: readonly Sent[]) => {
			const events = all.map(anEvent);
			await archive.store(events.map((event) => ({ event, seedId: seedOf(event.userId ?? "") })));
			for (const event of events) await fold(event);
		},
		/** Says anew who is on a list; the upload is in force at the end. */
		upload: async (list: string, ...users: readonly string[]) => {
			const lists = itemLists({ items, now });
			const upload = await lists.begin(list, "ada");
			if (upload === "full") throw new Error("there are too many lists");
			const properties = { list, upload: upload.number };
			for (const user of users) await send({ user, event: LISTED_EVENT, source: LIST_SOURCE, properties });
			await lists.finish(list, await lists.addPart(list, upload, { number: 1, rows: users.length }));
		},
		recompute,
		/** The clock's other function: looks at whom it is time for. */
		tick: () =>
			tickSegments({ ...atTick, ...quick, compile: segmentCompiler(sha256), log, metrics: told })(
				{} as never,
				aContext,
			),
		pass,
		now,
		metrics,
		log,
		compile: async () => compile(await definitions.current()).compiled,
		progress: looks.progress,
		recomputes,
		fragments,
		membersOf: async (segment: string): Promise<string[]> =>
			(await memberships.membersOf(segment, { limit: 1000 })).members.map(({ profileId }) => profileId).toSorted(),
		rowsOf: (user: string) => memberships.of(seedOf(user)),
		close: async () => {
			await sql.close();
			database.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
