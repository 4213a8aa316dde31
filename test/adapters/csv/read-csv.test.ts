import { describe, expect, it } from "vitest";
import { readCsv } from "#adapters/csv/read-csv.ts";

const cells = (text: string) => {
	const read = readCsv(text);
	return "reason" in read ? read : [read.titles, ...read.rows.map((row) => row.cells)];
};

describe("readCsv", () => {
	it.each([
		{ what: "a byte order mark and Windows line ends", text: "\uFEFFemail,name\r\na@x.y,Ann\r\n" },
		{ what: "old Mac line ends", text: "email,name\ra@x.y,Ann" },
		{ what: "semicolons", text: "email;name\na@x.y;Ann" },
		{ what: "tabs", text: "email\tname\na@x.y\tAnn" },
		{ what: "quotes around everything", text: '"email","name"\n"a@x.y","Ann"\n' },
		{ what: "empty lines, wherever", text: "\n\nemail,name\n\na@x.y,Ann\n\n" },
	])("reads $what", ({ text }) => {
		expect(cells(text)).toEqual([
			["email", "name"],
			["a@x.y", "Ann"],
		]);
	});

	it("keeps what stands in quotes: commas, quotes, line ends", () => {
		expect(cells('a,b\n"1, 2","say ""hi""\nthere"')).toEqual([
			["a", "b"],
			["1, 2", 'say "hi"\nthere'],
		]);
	});

	it("takes rows with too few or too many cells, and titles that would be dangerous as fields", () => {
		expect(cells("__proto__,constructor\n1\n1,2,3")).toEqual([["__proto__", "constructor"], ["1"], ["1", "2", "3"]]);
	});

	it("says on which line a row ends, line ends within quotes counted once", () => {
		const read = readCsv('email\r\na\r\n\r\n"b\r\nc"\r\nd');
		expect("rows" in read && read.rows.map(({ line }) => line)).toEqual([2, 5, 6]);
	});

	it("has no rows and no titles where there is nothing", () => {
		expect(readCsv("")).toEqual({ titles: [], rows: [] });
		expect(readCsv("\n\n")).toEqual({ titles: [], rows: [] });
		expect(readCsv("email")).toEqual({ titles: ["email"], rows: [] });
	});

	it("stops reading after as many rows as it may", () => {
		const read = readCsv(`email\n${"a@b.c\n".repeat(100)}"never read`, 3);
		expect("rows" in read && read.rows).toHaveLength(3);
	});

	it.each([
		{ text: 'email\na@b.c\n"x"y\nd@e.f', line: 3, reason: /follows a closing quote/ },
		{ text: 'email\na"b@c.d', line: 2, reason: /quote stands within a value/ },
		{ text: 'email\na@b.c\n"open\nd@e.f', line: 3, reason: /nowhere closed/ },
		{ text: `email\n"${"x".repeat(100_000)}"`, line: 2, reason: /longer than 65536/ },
	])("names line $line where the quotes are wrong, and nothing of what stands there", ({ text, line, reason }) => {
		const read = readCsv(text);
		expect(read).toEqual({ line, reason: expect.stringMatching(reason) });
		expect(JSON.stringify(read)).not.toMatch(/@|xxx/);
	});
});
