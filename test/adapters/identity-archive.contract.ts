import { randomUUID } from "node:crypto";
import { beforeEach, expect, it, vi } from "vitest";
import { IDENTITY_COLUMNS, type IdentityRow } from "#contracts/archive/identity-changes.ts";
import type { Archive, ArchivedIdentity } from "#domain/model/ports.ts";

/** An archive of changes of identity, and the lines it has written. */
export type OpenedIdentityArchive = {
	readonly identityArchive: Archive<ArchivedIdentity>;
	/** All rows stored so far, in any order, with the day of the partition each lies in. */
	rows(): Promise<readonly { readonly day: string; readonly row: IdentityRow }[]>;
	close(): Promise<void>;
};

/** An identifier that nobody else has, which became somebody's. */
export const anIdentityChange = (fields: Partial<ArchivedIdentity> = {}): ArchivedIdentity => ({
	seedId: randomUUID(),
	profileId: randomUUID(),
	at: "2026-03-04T23:59:59.999Z",
	messageId: "m-1",
	...fields,
});

/** What every archive of changes owes its callers. `sortsDays` is false for one whose service makes the folders. */
export function identityArchiveContract(
	open: () => Promise<OpenedIdentityArchive>,
	{ sortsDays = true }: { readonly sortsDays?: boolean } = {},
): void {
	let opened: OpenedIdentityArchive;
	beforeEach(async () => {
		opened = await open();
		return () => opened.close();
	});

	async function stored(changes: readonly ArchivedIdentity[]) {
		await opened.identityArchive.store(changes);
		const ids = new Set<string | null>(changes.map(({ seedId }) => seedId));
		return await vi.waitFor(
			async () => {
				const found = (await opened.rows()).filter(({ row }) => ids.has(row.seed_id));
				if (found.length < changes.length) throw new Error(`${found.length} of ${changes.length} rows are there`);
				return found;
			},
			{ timeout: 15_000, interval: 100 },
		);
	}

	it("writes one line a change with exactly the contract's columns", async () => {
		const change = anIdentityChange();
		const [found, ...others] = await stored([change]);
		expect(others).toEqual([]);
		expect(Object.keys(found?.row ?? {})).toEqual(IDENTITY_COLUMNS.map(({ name }) => name));
		expect(found?.row).toEqual({
			seed_id: change.seedId,
			profile_id: change.profileId,
			changed_at: "2026-03-04 23:59:59.999",
			message_id: "m-1",
		});
	});

	const itSortsDays = sortsDays ? it : () => undefined;
	itSortsDays("puts each change under the UTC day it happened", async () => {
		const [early, late] = [anIdentityChange(), anIdentityChange({ at: "2026-03-05T00:00:00.000Z" })];
		const days = (await stored([early, late])).map(({ day, row }) => [row.seed_id, day]);
		expect(Object.fromEntries(days)).toEqual({ [early.seedId]: "2026-03-04", [late.seedId]: "2026-03-05" });
	});

	it("keeps a change that is stored twice, and more of them at once than one record may carry", async () => {
		const many = Array.from({ length: 1200 }, () => anIdentityChange());
		const [first] = many as [ArchivedIdentity, ...ArchivedIdentity[]];
		const found = await stored([...many, first]);
		expect(found.map(({ row }) => row.seed_id).sort()).toEqual([...many, first].map(({ seedId }) => seedId).sort());
	});
}
