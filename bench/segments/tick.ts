import { sha256 } from "#adapters/crypto/sha256.ts";
import { itemDueLooks } from "#adapters/items/due-looks.ts";
import { itemFragments } from "#adapters/items/fragments.ts";
import { identifierVault } from "#adapters/items/identifier-vault.ts";
import { itemIdentityGraph } from "#adapters/items/identity-graph.ts";
import { itemMemberships } from "#adapters/items/memberships.ts";
import { openBill } from "#adapters/meter/bill.ts";
import { meteredItemStore } from "#adapters/meter/metered-item-store.ts";
import { segment } from "#contracts/definitions/segment.ts";
import { segmentCompiler } from "#domain/segment/compile-segments.ts";
import { tickSegments } from "#domain/segment/tick-segments.ts";
import { profileReader } from "#domain/unify/read-profile.ts";
import { traitView } from "#domain/unify/trait-rules.ts";
import { anEvent, aWorkspace } from "#test/functions/unify/pass.ts";
import { aWorld } from "../identity/world.ts";

const SENT_AT = Date.parse("2026-01-30T12:00:00.000Z");
const APPLIED = { version: 1, appliedAt: "2026-01-30T00:00:00.000Z" };
/** Beside the one that everybody leaves, as many that nobody is in, as a workspace has. */
const OTHERS = 19;

export type TickFigures = {
	readonly looked: number;
	readonly left: number;
	/** CPU of ours, store in memory, microseconds a look. */
	readonly cpuMicros: number;
	/** Billed by DynamoDB a look. */
	readonly readUnits: number;
	readonly writeUnits: number;
	/** Calls of the store a look. */
	readonly calls: number;
};

const segments = [
	segment.parse({ id: "seen", when: { event: "Product Viewed", within: "30m" } }),
	...Array.from({ length: OTHERS }, (_, i) =>
		segment.parse({ id: `buyers-${i}`, when: { event: "Order Completed", atLeast: i + 1, within: "30d" } }),
	),
].map((one) => ({ ...one, ...APPLIED }));

/** So many people who all leave a segment at one moment: what one tick has to do for each. */
export async function benchTick(people = 3000): Promise<TickFigures> {
	const world = aWorld({ segments });
	try {
		const at = new Date(SENT_AT).toISOString();
		const events = Array.from({ length: people }, (_, i) => anEvent({ at, receivedAt: at, userId: `u${i}` }));
		await world.send(events, { anEnvelopeOf: 50 });
		return await tickOver(world.memory, people);
	} finally {
		world.close();
	}
}

async function tickOver(memory: ReturnType<typeof aWorld>["memory"], people: number): Promise<TickFigures> {
	const bill = openBill();
	const items = meteredItemStore(memory, bill.add);
	const now = () => new Date(SENT_AT + 40 * 60_000);
	const workspace = aWorkspace({ segments });
	const definitions = { current: async () => workspace };
	const [fragments, graph] = [
		itemFragments({ items }),
		itemIdentityGraph({ items, vault: identifierVault(Buffer.alloc(32, 7)), now }),
	];
	const before = process.cpuUsage();
	const { looked, transitions, failed } = await tickSegments({
		definitions,
		compile: segmentCompiler(sha256),
		memberships: itemMemberships({ items, now }),
		profiles: profileReader({ graph, fragments, view: traitView({ definitions, hash: sha256, now }) }),
		looks: itemDueLooks({ items, now }),
		budgetSeconds: 600,
		onFailed: (_, error) => {
			throw error;
		},
		pause: async () => {},
		now,
	});
	const { user, system } = process.cpuUsage(before);
	if (looked !== people || transitions !== people || failed > 0)
		throw new Error(`${looked} of ${people} were looked at, and ${transitions} left`);
	const { readUnits, writeUnits } = bill.sum();
	const each = (sum: number) => sum / looked;
	return {
		...{ looked, left: transitions, cpuMicros: each(user + system), calls: each(bill.charges().length) },
		...{ readUnits: each(readUnits), writeUnits: each(writeUnits) },
	};
}
