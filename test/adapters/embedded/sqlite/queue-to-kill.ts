import { writeSync } from "node:fs";
import { openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { QUEUES, queuesOf } from "./queues-to-kill.ts";

/**
 * A process to be killed: sends and works off messages as fast as it can and says on its standard output, before and
 * after, what it does. `node queue-to-kill.ts <database file> <name of this run>`
 */
const [file = "", run = ""] = process.argv.slice(2);
const { queue } = queuesOf(openDatabase(file));
const say = (...words: (string | number)[]) => writeSync(1, `${words.join(" ")}\n`);

for (let n = 0; ; n++) {
	const bodies = [`healthy-${run}-${n}`, ...(n % 10 === 0 ? [`poison-${run}-${n}`] : [])];
	for (const body of bodies) say("sending", body);
	await queue.send(bodies.map((body) => ({ body })));
	for (const body of bodies) say("sent", body);

	const messages = await queue.receive(3);
	for (const { body, receiveCount } of messages) say("received", body, receiveCount);
	const done = messages.filter(({ body }) => body.startsWith(QUEUES.healthy));
	for (const { body } of done) say("deleting", body);
	await queue.delete(done);
	for (const { body } of done) say("deleted", body);
	await queue.release(
		messages.filter(({ body }) => !body.startsWith(QUEUES.healthy)),
		0,
	);
}
