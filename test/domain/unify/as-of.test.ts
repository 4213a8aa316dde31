import { describe, expect, it } from "vitest";
import type { SeedId } from "#domain/model/identifier.ts";
import { membersAsOf } from "#domain/unify/as-of-members.ts";
import type { IdentityJournal, JournalEntry } from "#domain/unify/ports.ts";

type Cluster = readonly [id: string, ...others: string[]];

const cluster = ([id, ...others]: Cluster) => ({ id: id as SeedId, members: [id, ...others].sort() as SeedId[] });
const at = (hour: number) => `2026-01-01T${String(hour).padStart(2, "0")}:00:00.000Z`;

const change = (hour: number, from: readonly Cluster[], to: readonly Cluster[]): JournalEntry => ({
	journalId: `j-${hour}`,
	at: at(hour),
	cause: { kind: "event", messageId: `m-${hour}`, source: "web" },
	edges: [],
	from: from.map(cluster),
	to: to.map(cluster),
});

/** A journal as the store keeps it: an entry stands with each cluster that came out of it; pages of two. */
function journalOf(all: readonly JournalEntry[]): Pick<IdentityJournal, "entries"> & { pages: number } {
	const journal = {
		pages: 0,
		entries: async (profileId: SeedId, { cursor = "0" } = {}) => {
			journal.pages++;
			const own = all.filter(({ to }) => to.some(({ id }) => id === profileId)).toReversed();
			const from = Number(cursor);
			const more = from + 2 < own.length;
			return { entries: own.slice(from, from + 2), ...(more && { cursor: String(from + 2) }) };
		},
	};
	return journal;
}

/** a is alone, becomes u's, moves on to v by a late event, v and w become one. */
const STORY = [
	change(10, [["a"], ["u"]], [["u", "a"]]),
	change(11, [["u", "a"]], [["u", "a", "e"]]),
	change(
		12,
		[["u", "a", "e"], ["v"]],
		[
			["u", "e"],
			["v", "a"],
		],
	),
	change(13, [["v", "a"]], [["v", "a", "b"]]),
	change(
		14,
		[
			["v", "a", "b"],
			["w", "c"],
		],
		[["w", "a", "b", "c", "v"]],
	),
	change(15, [["u", "e"]], [["u", "e", "f"]]),
];

const ask = (id: string, profileId: string, hour: number, story = STORY) =>
	membersAsOf({ id: id as SeedId, profileId: profileId as SeedId, at: at(hour) }, journalOf(story));

describe("membersAsOf", () => {
	it.each([
		{ hour: 9, with: ["a"], profileId: "a" },
		{ hour: 10, with: ["a", "u"], profileId: "u" },
		{ hour: 11, with: ["a", "e", "u"], profileId: "u" },
		{ hour: 12, with: ["a", "v"], profileId: "v" },
		{ hour: 13, with: ["a", "b", "v"], profileId: "v" },
		{ hour: 14, with: ["a", "b", "c", "v", "w"], profileId: "w" },
		{ hour: 23, with: ["a", "b", "c", "v", "w"], profileId: "w" },
	])("follows an identifier back through every profile it was in: at $hour it was with $with", async (expected) => {
		expect(await ask("a", "w", expected.hour)).toEqual({
			kind: "found",
			profileId: expected.profileId,
			members: expected.with,
		});
	});

	it("finds an identifier alone that no entry names", async () => {
		expect(await ask("x", "x", 12)).toEqual({ kind: "found", profileId: "x", members: ["x"] });
	});

	it("is not misled by what its old profile became after it had left", async () => {
		expect(await ask("e", "u", 11)).toMatchObject({ members: ["a", "e", "u"] });
		expect(await ask("e", "u", 12)).toMatchObject({ members: ["e", "u"] });
	});

	it("gives up where the journal is endless, instead of reading for ever", async () => {
		const endless = Array.from({ length: 2100 }, (_, i): JournalEntry => {
			const minute = new Date(Date.UTC(2026, 0, 2) + i * 60_000).toISOString();
			return { ...change(10, [["u", "a"]], [["u", "a"]]), at: minute };
		});
		expect(await ask("a", "u", 9, endless)).toEqual({ kind: "too many changes" });
	});
});
