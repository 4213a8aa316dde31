import fc from "fast-check";
import { expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import type { ProfileId } from "#domain/model/identifier.ts";
import { compareMembers } from "#domain/segment/compare-members.ts";
import { compileSegments } from "#domain/segment/compile-segments.ts";
import { memberOrderOf } from "#domain/segment/member-order.ts";
import { ATHENA } from "#domain/segment/sql-dialect.ts";

const id = (n: number) => `p-${(n * 7919).toString(16).padStart(6, "0")}` as ProfileId;
const inOrder = (ids: Iterable<ProfileId>) => [...ids].sort((x, y) => (memberOrderOf(x) < memberOrderOf(y) ? -1 : 1));

const { segments } = compileSegments(
	["a", "b", "c"].map((name) => ({
		id: name,
		when: { trait: name, is: { op: "exists" } },
		version: 1,
		appliedAt: "2026-01-01T00:00:00.000Z",
	})),
	sha256,
);

/** What SQL answers of people: who is in which of the segments, a few to a page. */
async function* answer(bySql: ReadonlyMap<ProfileId, readonly number[]>) {
	const rows = inOrder(bySql.keys()).map((each) => [
		each,
		[0, 1, 2].map((i) => (bySql.get(each)?.includes(i) ? 1 : 0)).join(""),
	]);
	for (let i = 0; i < rows.length; i += 3) yield { columns: [], rows: rows.slice(i, i + 3), scannedBytes: 0 };
}

it("finds everybody, and nobody else, who is in other segments by the archive than is stored", async () => {
	const standing = fc.uniqueArray(fc.tuple(fc.nat(60), fc.subarray([0, 1, 2], { minLength: 1 })), {
		selector: ([n]) => n,
	});
	const asMap = (all: readonly (readonly [number, readonly number[]])[]) =>
		new Map(all.map(([n, within]) => [id(n), [...within].sort()] as const));
	await fc.assert(
		fc.asyncProperty(standing, standing, fc.integer({ min: 1, max: 5 }), async (left, right, pageSize) => {
			const [bySql, stored] = [asMap(left), asMap(right)];
			const found = [];
			for await (const each of compareMembers(
				segments,
				{},
				{
					sql: { pages: () => answer(bySql) },
					dialect: ATHENA,
					now: () => new Date(0),
					memberships: {
						membersOf: async (segmentId, { cursor = "0" } = {}) => {
							const place = segments.findIndex((one) => one.id === segmentId);
							const all = inOrder([...stored].flatMap(([who, within]) => (within.includes(place) ? [who] : [])));
							const page = all.slice(Number(cursor), Number(cursor) + pageSize);
							const next = Number(cursor) + pageSize;
							const members = page.map((profileId) => ({ profileId, enteredAt: "", version: 1 }));
							return { members, ...(next < all.length && { cursor: String(next) }) };
						},
					},
				},
			)) {
				found.push(each);
			}
			const everybody = inOrder(new Set([...bySql.keys(), ...stored.keys()]));
			const of = (map: typeof bySql, who: ProfileId) => map.get(who) ?? [];
			const differing = everybody.filter((who) => of(bySql, who).join() !== of(stored, who).join());
			expect(found).toEqual(
				differing.map((who) => ({ profileId: who, bySql: of(bySql, who), stored: of(stored, who) })),
			);
		}),
		{ numRuns: 200 },
	);
});
