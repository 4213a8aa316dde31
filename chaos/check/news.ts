import { segmentChanged } from "#contracts/bus/segment-changed.ts";
import type { Membership } from "#domain/model/membership.ts";
import type { BusEntry } from "#domain/model/ports.ts";
import type { Backing } from "../backing.ts";
import { aboutOf, type Listener } from "../listener.ts";
import { TOLD } from "../workspace.ts";
import type { World } from "../world.ts";
import { type Finding, finding } from "./finding.ts";
import type { Snapshot } from "./snapshot.ts";

type Change = ReturnType<typeof segmentChanged.parse> & { readonly state: Membership["state"] };

/** What the bus took, and what the destination was sent. */
export type Told = {
	readonly backing: Pick<Backing, "heard">;
	readonly destinations: Pick<Listener, "heard">;
};

/** Transitions are told completely and each as one thing; and who was told to listen has heard each of them once. */
export function checkNews({ backing, destinations }: Told, found: Snapshot): Finding[] {
	const told = changesIn(backing.heard);
	const byId = Map.groupBy(told, ({ transitionId }) => transitionId);
	const ways = Map.groupBy(told, ({ profileId, segmentId }) => `${profileId}:${segmentId}`);
	const rows = [...[...found.people.values()].flatMap(({ memberships }) => memberships), ...found.retired];
	const heard = [...destinations.heard.values()];
	const wanted = wantedBy(found, told);
	return [
		finding("a transition is one thing, however often it is told", byId, ([id, times]) =>
			new Set(times.map((one) => JSON.stringify([one.state, one.at, one.segmentVersion]))).size === 1
				? undefined
				: `${id} is told in two versions`,
		),
		finding("transitions go in and out in turn, and none is missing", ways, ([way, changes]) => {
			const inOrder = [...new Map(changes.map((one) => [one.membershipVersion, one])).values()];
			inOrder.sort((x, y) => x.membershipVersion - y.membershipVersion);
			const isWhole = inOrder.every((one, at) => follows(inOrder[at - 1], one, found.mergedAway));
			return isWhole ? undefined : `${way} was told ${inOrder.map((one) => `${one.membershipVersion}:${one.state}`)}`;
		}),
		finding("the last transition told is the membership", rows, (row) => {
			const changes = ways.get(`${row.profileId}:${row.segmentId}`) ?? [];
			const isTold = changes.some(
				({ membershipVersion, state }) => membershipVersion === row.version && state === row.state,
			);
			return isTold || isSilent(row, changes)
				? undefined
				: `${row.profileId}:${row.segmentId}:${row.version} was never told`;
		}),
		finding("deliveries are complete", wanted, (about) =>
			heard.some(({ news }) => aboutOf(news) === about) ? undefined : `nobody was delivered ${about}`,
		),
		finding("no delivery but those asked for, each under one id", heard, ({ deliveryId, news, isAmbiguous }) => {
			if (isAmbiguous) return `${deliveryId} names two things`;
			if (!wanted.has(aboutOf(news))) return `${aboutOf(news)} was delivered and never happened`;
			const others = heard.filter((one) => one.deliveryId !== deliveryId && aboutOf(one.news) === aboutOf(news));
			return others.length === 0 ? undefined : `${aboutOf(news)} was delivered under two ids`;
		}),
	];
}

/**
 * In and out in turn, by one version at a time. Whoever became a part of somebody in the same segment left it without a word,
 * and may be himself again: then he enters two versions later.
 */
function follows(
	before: Change | undefined,
	{ membershipVersion, state, profileId }: Change,
	merged: ReadonlySet<string>,
) {
	const step = membershipVersion - (before?.membershipVersion ?? 0);
	if (step === 1) return state !== (before?.state ?? "exited");
	return step === 2 && before?.state === "entered" && state === "entered" && merged.has(profileId);
}

/** Whoever was merged into somebody in the same segment left it without a word: the merge itself was told. */
const isSilent = ({ state, cause, version }: Membership, changes: readonly Change[]): boolean =>
	state === "exited" &&
	cause.kind === "merge" &&
	changes.some((one) => one.membershipVersion === version - 1 && one.state === "entered");

function changesIn(entries: readonly BusEntry[]): Change[] {
	return entries.flatMap(({ detailType, detail }) => {
		if (detailType !== "SegmentEntered" && detailType !== "SegmentExited") return [];
		const state = detailType === "SegmentEntered" ? ("entered" as const) : ("exited" as const);
		return [{ ...segmentChanged.parse(detail), state }];
	});
}

/** What the destination asks for: changes of some segments, and orders; not those that were imported for the record. */
function wantedBy({ events }: Snapshot, told: readonly Change[]): ReadonlySet<string> {
	const segments = new Set<string>(TOLD);
	const orders = events.filter(({ event, flags }) => event === "Order Completed" && !flags?.includes("historical"));
	return new Set([
		...told.flatMap(({ segmentId, transitionId }) => (segments.has(segmentId) ? [transitionId] : [])),
		...orders.map(({ messageId }) => messageId),
	]);
}

/** Nothing that was refused is anywhere: neither in the archive, nor on the bus, nor at the destination, nor a person. */
export function checkRefused(world: Told & Pick<World, "ledger">, found: Snapshot): Finding {
	const { backing, destinations, ledger } = world;
	const bus = JSON.stringify(backing.heard);
	const people = JSON.stringify([...found.people.values()]);
	const delivered = JSON.stringify([...destinations.heard.values()].map(({ news }) => news));
	return finding("what was refused is nowhere", ledger.of("refused"), (id) => {
		const name = JSON.stringify(id).slice(1, -1);
		const places = [
			...(found.rows.has(id) ? ["the archive"] : []),
			...(bus.includes(`"${name}"`) ? ["the bus"] : []),
			...(people.includes(`nobody-${name}"`) || people.includes(`"${name}"`) ? ["a profile"] : []),
			...(delivered.includes(`"${name}"`) ? ["a delivery"] : []),
		];
		return places.length === 0 ? undefined : `${id} was refused and is in ${places.join(" and ")}`;
	});
}
