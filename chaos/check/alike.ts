import type { KnownTrait, Profile } from "#domain/model/profile.ts";
import { isoTime } from "./iso-time.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * Events that stand in the archive with several times. Their sender's clock was far ahead, he said no `sentAt` and sent again, so
 * each copy was given the time at which it came. The first that reaches the profile counts there, and no quiet run can know
 * which that was.
 */
export type ToldTwice = { readonly ids: ReadonlySet<string>; readonly times: ReadonlySet<string> };

export function toldTwice(rows: Snapshot["rows"]): ToldTwice {
	const timesOf = new Map(
		[...rows].map(([id, copies]) => [id, new Set(copies.flatMap(({ timestamp }) => isoTime(timestamp) ?? []))]),
	);
	const twice = [...timesOf].filter(([, times]) => times.size > 1);
	return { ids: new Set(twice.map(([id]) => id)), times: new Set(twice.flatMap(([, times]) => [...times])) };
}

/** Whether two worlds know the same of somebody, whichever copy of an event that was told twice each of them took. */
export function isAlike(x: Profile | undefined, y: Profile | undefined, twice: ToldTwice): boolean {
	if (!x || !y) return x === y;
	const isTimeAlike = (one: string, other: string) => one === other || twice.times.has(one) || twice.times.has(other);
	const areSeenAlike = (one: Seen, other: Seen) =>
		isTimeAlike(one.firstSeen, other.firstSeen) && isTimeAlike(one.lastSeen, other.lastSeen);
	const isTwice = (trait: KnownTrait | undefined) => trait?.messageId !== undefined && twice.ids.has(trait.messageId);
	const [knownInX, knownInY] = [identifiersIn(x), identifiersIn(y)];
	return (
		JSON.stringify([x.profileId, x.aliases, x.eventCount]) === JSON.stringify([y.profileId, y.aliases, y.eventCount]) &&
		areSeenAlike(x, y) &&
		knownInX.length === knownInY.length &&
		knownInX.every((one, i) => {
			const other = knownInY[i];
			return other !== undefined && nameOf(one) === nameOf(other) && areSeenAlike(one, other);
		}) &&
		Object.keys({ ...x.traits, ...y.traits }).every((name) => {
			const [one, other] = [x.traits[name], y.traits[name]];
			return JSON.stringify(one) === JSON.stringify(other) || isTwice(one) || isTwice(other);
		})
	);
}

type Seen = { readonly firstSeen: string; readonly lastSeen: string };
type Known = Profile["identifiers"][number];

const identifiersIn = ({ identifiers }: Profile): Known[] =>
	identifiers.toSorted((x, y) => (nameOf(x) < nameOf(y) ? -1 : 1));

const nameOf = ({ firstSeen: _, lastSeen: __, ...name }: Known): string => JSON.stringify(name);
