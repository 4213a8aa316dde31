import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startEngine, viewEvents } from "#adapters/embedded/duckdb/engine.ts";
import { fileArchive } from "#adapters/embedded/files/archive.ts";
import { toArchiveRow } from "#domain/archive/to-archive-row.ts";
import { anArchivedEvent } from "../../archived-events.ts";
import { temporaryFolder } from "../temporary-folder.ts";

it("reads rows of before `quarantined` and `omitted` were columns, with nothing in these", async () => {
	const { folder, remove } = temporaryFolder();
	const archive = await fileArchive({ folder });
	await archive.store([
		{ ...anArchivedEvent({ messageId: "new" }), quarantined: "plan_violated", omitted: ["properties.x"] },
	]);
	const { quarantined: _, omitted: __, ...older } = toArchiveRow(anArchivedEvent({ messageId: "old" }));
	await appendFile(join(archive.folder, "day=2026-03-04", "000001.ndjson"), `${JSON.stringify(older)}\n`);
	const instance = await startEngine([archive.folder], join(folder, "spill"));
	const connection = await instance.connect();
	await archive.read((files) => viewEvents(connection, files));
	const read = await connection.runAndReadAll(
		"SELECT message_id, quarantined, omitted, seed_id IS NOT NULL FROM events ORDER BY message_id",
	);
	expect(read.getRows()).toEqual([
		["new", "plan_violated", '["properties.x"]', true],
		["old", null, null, true],
	]);
	connection.closeSync();
	instance.closeSync();
	remove();
});
