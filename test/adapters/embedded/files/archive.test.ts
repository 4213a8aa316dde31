import {
	appendFileSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	statSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type FileArchive, fileArchive, fileIdentityArchive } from "#adapters/embedded/files/archive.ts";
import type { DailyFiles } from "#adapters/embedded/files/daily-files.ts";
import type { ArchiveRow } from "#contracts/archive/columns.ts";
import type { IdentityRow } from "#contracts/archive/identity-changes.ts";
import { archiveContract } from "../../archive.contract.ts";
import { anArchivedEvent } from "../../archived-events.ts";
import { anIdentityChange, identityArchiveContract } from "../../identity-archive.contract.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const DAY = "day=2026-03-04"; // of anArchivedEvent

/** The lines of all files; what kind of row they are is for the caller to know. */
const linesOf = <Row>(archive: Pick<DailyFiles<never>, "read">) =>
	archive.read(async (files) =>
		files.flatMap(({ path }) => {
			const lines = readFileSync(path, "utf8").split("\n");
			expect(lines.pop()).toBe("");
			const day = /day=([\d-]+)/.exec(path)?.[1] ?? "";
			return lines.map((line) => ({ day, row: JSON.parse(line) as Row }));
		}),
	);

const rowsOf = (archive: FileArchive) => linesOf<ArchiveRow>(archive);

async function openArchive(rotateAt?: number) {
	const { folder: root, remove } = temporaryFolder();
	const folder = join(root, "archive", "events");
	const open = () => fileArchive({ folder: join(root, "archive"), ...(rotateAt === undefined ? {} : { rotateAt }) });
	return { folder, open, archive: await open(), remove };
}

describe("who writes while somebody reads", () => {
	it("does not wait for a long reader, and adds nothing to the files that he has", async () => {
		const { archive, folder, remove } = await openArchive();
		const [before, meanwhile, after] = [anArchivedEvent(), anArchivedEvent(), anArchivedEvent()];
		await archive.store([before]);
		let done = () => {};
		const reading = archive.read(async (files) => {
			const sizes = () => files.map(({ path }) => statSync(path).size);
			const first = sizes();
			await new Promise<void>((resolve) => {
				done = resolve;
			});
			return { first, last: sizes(), listed: files.map(({ size }) => size) };
		});

		await archive.store([meanwhile]);
		expect(readdirSync(join(folder, DAY))).toHaveLength(2);
		done();
		const { first, last, listed } = await reading;
		expect(last).toEqual(first);
		expect(listed).toEqual(first);

		await archive.store([after]);
		expect(readdirSync(join(folder, DAY))).toHaveLength(2);
		expect((await rowsOf(archive)).map(({ row }) => row.message_id).sort()).toEqual(
			[before, meanwhile, after].map(({ event }) => event.messageId).sort(),
		);
		remove();
	});

	it("waits for a short one, so that a query begins no file", async () => {
		const { archive, folder, remove } = await openArchive();
		await archive.store([anArchivedEvent()]);
		const reading = archive.read(() => sleep(20));
		await archive.store([anArchivedEvent()]);
		await reading;
		expect(readdirSync(join(folder, DAY))).toHaveLength(1);
		remove();
	});
});

describe("fileArchive", () => {
	archiveContract(async () => {
		const { archive, remove } = await openArchive();
		return { archive, rows: () => rowsOf(archive), close: async () => remove() };
	});

	describe("of changes of identity", () => {
		identityArchiveContract(async () => {
			const { folder, remove } = temporaryFolder();
			const identityArchive = await fileIdentityArchive({ folder });
			return { identityArchive, rows: () => linesOf<IdentityRow>(identityArchive), close: async () => remove() };
		});

		it("lies beside the events, and loses of a torn file the torn line only", async () => {
			const { folder, remove } = temporaryFolder();
			const [first, second] = [anIdentityChange(), anIdentityChange()];
			await (await fileArchive({ folder })).store([anArchivedEvent()]);
			await (await fileIdentityArchive({ folder })).store([first]);
			expect(readdirSync(folder).sort()).toEqual(["events", "identity-changes"]);
			appendFileSync(join(folder, "identity-changes", DAY, "000001.ndjson"), '{"seed_id":"x');
			const again = await fileIdentityArchive({ folder });
			await again.store([second]);
			const seedIds = (await linesOf<IdentityRow>(again)).map(({ row }) => row.seed_id);
			expect(seedIds).toEqual([first.seedId, second.seedId]);
			remove();
		});
	});

	it("goes on in the same file after it was opened again", async () => {
		const { folder, open, archive, remove } = await openArchive();
		await archive.store([anArchivedEvent()]);
		const again = await open();
		await again.store([anArchivedEvent()]);
		expect(readdirSync(join(folder, DAY))).toEqual(["000001.ndjson"]);
		expect(await rowsOf(again)).toHaveLength(2);
		remove();
	});

	it("begins another file rather than let one grow too large, and keeps a row whole that is larger alone", async () => {
		const { folder, open, archive, remove } = await openArchive(3000);
		for (let n = 0; n < 9; n++) await archive.store([anArchivedEvent()]);
		await archive.store([anArchivedEvent({ properties: { text: "x".repeat(5000) } })]);
		await (await open()).store([anArchivedEvent()]);
		const sizes = readdirSync(join(folder, DAY)).map((name) => statSync(join(folder, DAY, name)).size);
		expect(sizes.length).toBeGreaterThan(3);
		expect(sizes.filter((size) => size > 3000)).toHaveLength(1);
		expect(await rowsOf(archive)).toHaveLength(11);
		remove();
	});

	it.each([
		{ what: "cut in its last line", harm: (path: string) => truncateSync(path, statSync(path).size - 7), left: 1 },
		{ what: "without its last newline", harm: (path: string) => truncateSync(path, statSync(path).size - 1), left: 1 },
		{ what: "with a torn line of many chunks", harm: (p: string) => appendFileSync(p, "x".repeat(300_000)), left: 2 },
		{ what: "that is whole", harm: () => undefined, left: 2 },
		{ what: "that is one torn line", harm: (path: string) => writeFileSync(path, '{"message_id":'), left: 0 },
		{ what: "that is empty", harm: (path: string) => writeFileSync(path, ""), left: 0 },
	])("opens a file $what with its $left whole lines and appends after them", async ({ harm, left }) => {
		const { folder, open, archive, remove } = await openArchive();
		const events = [anArchivedEvent(), anArchivedEvent(), anArchivedEvent()];
		await archive.store(events.slice(0, 2));
		harm(join(folder, DAY, "000001.ndjson"));
		const again = await open();
		await again.store(events.slice(2));
		const expected = [...events.slice(0, left), ...events.slice(2)].map(({ event }) => event.messageId);
		expect((await rowsOf(again)).map(({ row }) => row.message_id)).toEqual(expected);
		remove();
	});

	it("throws when it cannot write, and afterwards appends behind the last whole line", async () => {
		const { folder, archive, remove } = await openArchive();
		const [first, second] = [anArchivedEvent(), anArchivedEvent()];
		await archive.store([first]);
		renameSync(join(folder, DAY), join(folder, "away"));
		await expect(archive.store([second])).rejects.toThrow("ENOENT");
		appendFileSync(join(folder, "away", "000001.ndjson"), '{"half":');
		renameSync(join(folder, "away"), join(folder, DAY));
		await archive.store([second]);
		const ids = (await rowsOf(archive)).map(({ row }) => row.message_id);
		expect(ids).toEqual([first, second].map(({ event }) => event.messageId));
		remove();
	});

	it("writes nothing while somebody reads, and what waited afterwards", async () => {
		const { archive, remove } = await openArchive();
		await archive.store([anArchivedEvent()]);
		let storing: Promise<void> | undefined;
		await archive.read(async ([file]) => {
			storing = archive.store([anArchivedEvent(), anArchivedEvent()]);
			await sleep(50);
			expect(file?.size).toBeGreaterThan(0);
			expect(statSync(file?.path ?? "").size).toBe(file?.size);
		});
		await storing;
		expect(await rowsOf(archive)).toHaveLength(3);
		remove();
	});

	it("lets no event name its folder", async () => {
		const { folder, archive, remove } = await openArchive();
		await expect(archive.store([anArchivedEvent({ receivedAt: "../../../x" })])).rejects.toThrow("no time");
		expect(readdirSync(folder)).toEqual([]);
		remove();
	});

	it("reads past what is not its own in the folder", async () => {
		const { folder, open, archive, remove } = await openArchive();
		await archive.store([anArchivedEvent()]);
		writeFileSync(join(folder, "notes.txt"), "mine");
		mkdirSync(join(folder, "day=today"));
		writeFileSync(join(folder, DAY, "copy.ndjson.bak"), "torn");
		const again = await open();
		expect(await rowsOf(again)).toHaveLength(1);
		expect(readFileSync(join(folder, DAY, "copy.ndjson.bak"), "utf8")).toBe("torn");
		remove();
	});
});
