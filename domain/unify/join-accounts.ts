import type { SeedId } from "#domain/model/identifier.ts";
import { inParallel } from "#domain/model/in-parallel.ts";
import type { Profile } from "#domain/model/profile.ts";
import { type Account, type AccountMembership, type Accounts, accountShards, shardOf } from "./accounts.ts";
import { type FoldBatchDeps, foldBatch } from "./fold-batch.ts";
import { foldProfile } from "./fold-profile.ts";
import type { Fragments } from "./ports.ts";
import type { Identified } from "./star.ts";

/** A group call: who made it, and the account it names. */
export type Grouped = Identified & { readonly account: Account };

export type JoinDeps = Pick<FoldBatchDeps, "fragments" | "hashOf" | "now" | "pause"> & {
	readonly accounts: Pick<Accounts, "join">;
	readonly memory: JoinMemory;
};

/** What one worker remembers of who is a member of what, so that to say it again costs nothing. */
export type JoinMemory = {
	has(membership: AccountMembership): boolean;
	keep(membership: AccountMembership): void;
};

/** Some 2 MB; and ten minutes, so that what is erased can soon be written anew. */
export function joinMemory(now: () => Date, { maxEntries = 20_000, maxAgeSeconds = 600 } = {}): JoinMemory {
	const known = new Map<string, { readonly since: string; readonly until: number }>();
	return {
		has(membership) {
			const entry = known.get(keyOf(membership));
			return entry !== undefined && entry.until > now().getTime() && entry.since <= membership.since;
		},
		keep(membership) {
			const key = keyOf(membership);
			known.delete(key);
			known.set(key, { since: membership.since, until: now().getTime() + maxAgeSeconds * 1000 });
			const [oldest] = known.keys();
			if (known.size > maxEntries && oldest !== undefined) known.delete(oldest);
		},
	};
}

/**
 * Folds what group calls say into their accounts, and writes down who is a member of what. Safe to run twice, in any order
 * and beside others: an account's fragments have rings as people's do, and a membership is as old as its earliest event.
 * Answers what went wrong, by account: a retry may cure it.
 */
export async function joinAccounts(events: readonly Grouped[], deps: JoinDeps): Promise<ReadonlyMap<SeedId, unknown>> {
	const { fragments, hashOf, now, pause, accounts, memory } = deps;
	const shards = new Map(events.map(({ account, identifiers: [{ id }] }) => [shardOf(account.id, id), account.id]));
	const folded = await foldBatch(events.map(ofAccount), {
		fragments,
		hashOf,
		now,
		pause,
		traitsOf: ({ traits }) => traits,
	});
	const failed = new Map([...folded.failed].flatMap(([shard, error]) => toPair(shards.get(shard), error)));
	const unknown = membershipsIn(events).filter((membership) => !memory.has(membership));
	await inParallel(unknown, async (membership) => {
		try {
			await accounts.join(membership);
			memory.keep(membership);
		} catch (error) {
			failed.set(membership.account.id, error);
		}
	});
	return failed;
}

/** What is known of an account; undefined when no call ever named it. */
export async function readAccount(
	account: SeedId,
	fragments: Pick<Fragments, "load">,
): Promise<Pick<Profile, "traits" | "firstSeen" | "lastSeen"> | undefined> {
	const found = await fragments.load(accountShards(account));
	return found.length === 0 ? undefined : foldProfile({ profileId: account, nodes: [], fragments: found });
}

/** The call as an event of the part of its account that is its maker's. */
const ofAccount = ({ event, account, identifiers: [{ id }] }: Grouped): Identified => ({
	event,
	identifiers: [{ ...account, id: shardOf(account.id, id) }],
});

/** Who is a member of what by these events, each once, since the earliest of them. */
function membershipsIn(events: readonly Grouped[]): AccountMembership[] {
	const earliest = new Map<string, AccountMembership>();
	for (const { event, account, identifiers } of events) {
		const membership = { account, member: identifiers[0].id, since: event.timestamp };
		const known = earliest.get(keyOf(membership));
		if (!known || membership.since < known.since) earliest.set(keyOf(membership), membership);
	}
	return [...earliest.values()];
}

const keyOf = ({ account, member }: AccountMembership): string => `${account.id} ${member}`;

const toPair = (account: SeedId | undefined, error: unknown): [SeedId, unknown][] =>
	account === undefined ? [] : [[account, error]];
