import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "#adapters/embedded/sqlite/database.ts";
import { groupCommit } from "#adapters/embedded/sqlite/group-commit.ts";
import { temporaryFolder } from "../temporary-folder.ts";

describe("groupCommit", () => {
	let file: string;
	let database: Database;
	beforeEach(() => {
		const { folder, remove } = temporaryFolder();
		file = join(folder, "tutti.db");
		database = openDatabase(file);
		return () => {
			database.close();
			remove();
		};
	});
	const insert = (pk: string) => () => {
		database.connection.prepare("INSERT INTO items (pk, sk, attributes) VALUES (?, 's', '{}')").run(pk);
		return pk;
	};
	const rows = () =>
		database.connection
			.prepare("SELECT pk FROM items ORDER BY rowid")
			.all()
			.map(({ pk }) => pk);
	/** What group commit does, over a transaction that counts how often it was begun. */
	const counted = () => {
		let begun = 0;
		const group = groupCommit((work) => {
			begun++;
			return database.transaction(work);
		});
		return { ...group, begun: () => begun };
	};
	const failing = (reason: string) => () => {
		insert("half-way")();
		throw new Error(reason);
	};

	it("does what one turn asks for in one transaction, in its order, and answers each with its own", async () => {
		const { together, begun } = counted();
		const answers = await Promise.all(["c", "a", "b"].map((pk) => together(insert(pk))));
		expect(answers).toEqual(["c", "a", "b"]);
		expect(rows()).toEqual(["c", "a", "b"]);
		expect(begun()).toBe(1);
	});

	it("takes up what is asked for by whoever was answered in the next one", async () => {
		const { together, begun } = counted();
		await Promise.all(["a", "b"].map((pk) => together(insert(pk)).then(() => together(insert(`${pk}-again`)))));
		expect(rows()).toEqual(["a", "b", "a-again", "b-again"]);
		expect(begun()).toBe(2);
	});

	it("lets the event loop turn between transactions when much is asked for at once", async () => {
		const { together, begun } = counted();
		const names = Array.from({ length: 100 }, (_, n) => `n${String(n).padStart(3, "0")}`);
		let begunAtNextTurn = 0;
		setImmediate(() => setImmediate(() => (begunAtNextTurn = begun())));
		await Promise.all(names.map((pk) => together(insert(pk))));
		expect(rows()).toEqual(names);
		expect(begun()).toBe(4);
		expect(begunAtNextTurn).toBeLessThan(4);
	});

	it("shows each what those before it have written", async () => {
		const { together } = counted();
		const [, seen] = await Promise.all([together(insert("a")), together(rows)]);
		expect(seen).toEqual(["a"]);
	});

	it("fails only what threw, and leaves nothing of it", async () => {
		const { together } = counted();
		const outcomes = await Promise.allSettled([
			together(insert("a")),
			together(failing("first")),
			together(insert("b")),
			together(failing("second")),
		]);
		const said = outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : outcome.reason.message));
		expect(said).toEqual(["a", "first", "b", "second"]);
		expect(rows()).toEqual(["a", "b"]);
	});

	it("does what threw alone only once", async () => {
		const { together, begun } = counted();
		await expect(together(failing("alone"))).rejects.toThrow("alone");
		expect(begun()).toBe(1);
		expect(rows()).toEqual([]);
	});

	it("answers nobody before the commit", async () => {
		let isCommitted = false;
		const { together } = groupCommit((work) => {
			const answer = work();
			isCommitted = true;
			return answer;
		});
		const seen = together(() => isCommitted).then((before) => [before, isCommitted]);
		expect(await seen).toEqual([false, true]);
	});

	it("has done all that was asked for when the database is closed", async () => {
		const names = Array.from({ length: 50 }, (_, n) => `n${n}`);
		const written = Promise.all(names.map((pk) => database.together(insert(pk))));
		database.close();
		expect(await written).toEqual(names);
		database = openDatabase(file);
		expect(rows()).toEqual(names);
	});
});
