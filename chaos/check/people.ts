import { phoneNumbers } from "#adapters/phone/phone-numbers.ts";
import type { Profile } from "#domain/model/profile.ts";
import { truthOf } from "#test/support/truth.ts";
import { RULES_OF_IDENTITY, SET_ASIDE } from "../workspace.ts";
import type { World } from "../world.ts";
import { isAlike, toldTwice } from "./alike.ts";
import { type Finding, finding } from "./finding.ts";
import type { KeptPerson, Snapshot } from "./snapshot.ts";

/** Who everybody is, by the definition of identity and from nothing but the archive; and that each event counts once. */
export function checkPeople({ vault }: Pick<World, "vault">, { events, people }: Snapshot): Finding[] {
	const counted = events.filter(({ event }) => event !== SET_ASIDE);
	const truth = truthOf(counted, { rules: RULES_OF_IDENTITY, vault, phones: phoneNumbers() });
	const byId = new Map(counted.map((event) => [event.messageId, event]));
	const profileOf = (id: (typeof truth)[number]["profileId"]) => people.get(id)?.profile;
	return [
		finding("people are who the definition says", truth, ({ profileId, members }) => {
			const profile = profileOf(profileId);
			const theirs = profile && [profile.profileId, ...profile.aliases].sort().join();
			return theirs === members.join() ? undefined : `${profileId} does not have the identifiers it should`;
		}),
		finding("nobody else is there", people.keys(), (id) =>
			truth.some(({ profileId }) => profileId === id)
				? undefined
				: `${id} is somebody whom the definition does not know`,
		),
		finding("events are counted once", truth, ({ profileId, messageIds }) => {
			const count = profileOf(profileId)?.eventCount;
			return count === messageIds.length ? undefined : `${profileId} has ${count} events and not ${messageIds.length}`;
		}),
		finding("computed traits equal a recount", truth, ({ profileId, messageIds }) => {
			const orders = messageIds.flatMap((id) => {
				const order = byId.get(id);
				return order?.event === "Order Completed" ? [Number(order.properties?.total)] : [];
			});
			const [count, sum] = [numberIn(profileOf(profileId), "orders"), numberIn(profileOf(profileId), "spent")];
			const right = orders.reduce((all, total) => all + total, 0);
			const isRight = (count ?? 0) === orders.length && Math.abs((sum ?? 0) - right) < 1e-6;
			return isRight ? undefined : `${profileId} has ${count} orders of ${sum} and not ${orders.length} of ${right}`;
		}),
	];
}

const numberIn = (profile: Profile | undefined, trait: string): number | undefined => {
	const value = profile?.traits[trait]?.value;
	return typeof value === "number" ? value : undefined;
};

/** Everybody is as a quiet world has him that was given the same events, one after the other, without a fault. */
export function checkAgainstQuiet({ people, rows }: Snapshot, quiet: Snapshot): Finding[] {
	const ids = new Set([...people.keys(), ...quiet.people.keys()]);
	const twice = toldTwice(rows);
	return [
		finding("profiles equal those of a quiet run", ids, (id) =>
			isAlike(people.get(id)?.profile, quiet.people.get(id)?.profile, twice)
				? undefined
				: `${id} is another in a quiet run`,
		),
		finding("segments equal those of a quiet run", ids, (id) => {
			const [now, then] = [people.get(id), quiet.people.get(id)].map(segmentsOf);
			return now === then ? undefined : `${id} is in [${now}] and in a quiet run in [${then}]`;
		}),
	];
}

const segmentsOf = (person: KeptPerson | undefined): string =>
	(person?.memberships ?? [])
		.flatMap(({ segmentId, state }) => (state === "entered" ? [segmentId] : []))
		.sort()
		.join(" ");
