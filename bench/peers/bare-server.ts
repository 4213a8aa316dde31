// The yardstick of the pipeline: the least a server could do with the same requests and still keep every event. It parses, writes
// each event as a row of SQLite and as a line of a file, and answers: no identity, no profile, no segment, no delivery. How fast
// it is says how fast this machine is just now. Speaks with its parent as `server-process.ts` does.
import { createWriteStream, mkdirSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { buffer } from "node:stream/consumers";
import { reportUsage } from "../usage.ts";

const [folder = ""] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const database = new DatabaseSync(join(folder, "bare.db"));
database.exec(
	"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE events (id TEXT PRIMARY KEY, body TEXT)",
);
const insert = database.prepare("INSERT OR IGNORE INTO events VALUES (?, ?)");
const archive = createWriteStream(join(folder, "events.ndjson"));

async function keep(request: IncomingMessage): Promise<number> {
	const { batch } = JSON.parse((await buffer(request)).toString()) as { batch: { messageId: string }[] };
	const lines = batch.map((event) => JSON.stringify(event));
	database.exec("BEGIN");
	for (const [position, { messageId }] of batch.entries()) insert.run(messageId, lines[position] ?? null);
	database.exec("COMMIT");
	await new Promise<void>((written, fail) =>
		archive.write(`${lines.join("\n")}\n`, (error) => (error ? fail(error) : written())),
	);
	return batch.length;
}

const server = createServer(async (request, response) => {
	const accepted = await keep(request);
	response.setHeader("content-type", "application/json");
	response.end(JSON.stringify({ success: true, accepted, rejected: [] }));
});
server.listen(0, "127.0.0.1", () => {
	const { port } = server.address() as AddressInfo; // it listens on a port
	process.send?.({ kind: "ready", url: `http://127.0.0.1:${port}`, adminToken: "" });
});

const usage = reportUsage();
process.on("message", (message) => {
	if (message === "idle") usage.tell("idle");
	if (message === "close") {
		usage.stop();
		server.closeAllConnections();
		server.close();
		archive.end();
		database.close();
		process.disconnect();
	}
});
