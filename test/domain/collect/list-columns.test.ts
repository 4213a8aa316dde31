import { describe, expect, it } from "vitest";
import { DEFAULT_IDENTITY } from "#contracts/definitions/identity.ts";
import { listColumns } from "#domain/collect/list-columns.ts";

const read = (titles: readonly string[], as?: string) => listColumns(titles, DEFAULT_IDENTITY, as);

describe("listColumns", () => {
	it("finds the namespaces among the titles, however they are spelled, and names what it leaves out", () => {
		expect(read(["Name", " E-mail", "Email", "USER ID"])).toEqual({
			columns: [
				{ namespace: "email", position: 2 },
				{ namespace: "user_id", position: 3 },
			],
			ignored: ["Name", "E-mail"],
		});
	});

	it("takes the first column for what it is said to be", () => {
		expect(read(["Kundennummer", "email"], "user_id")).toEqual({
			columns: [{ namespace: "user_id", position: 0 }],
			ignored: ["email"],
		});
	});

	it.each([
		{ titles: [], wrong: /^The file is empty/ },
		{ titles: ["emial"], wrong: /did you mean email\?/ },
		{ titles: ["Kunde"], wrong: /the titles may be .*email/ },
		{ titles: ["__proto__", "constructor"], wrong: /^No column/ },
		{ titles: ["email", "name", "EMAIL"], wrong: /^Two columns are called email/ },
		{ titles: ["\ufffd\ufffde\0m\0a\0i\0l"], wrong: /not text in UTF-8/ },
	])("says of $titles what is wrong", ({ titles, wrong }) => {
		expect(read(titles)).toEqual({ wrong: expect.stringMatching(wrong) });
	});

	it("says of a namespace that there is none, and which was meant", () => {
		expect(read(["x"], "emal")).toEqual({
			wrong: expect.stringMatching(/^emal is no namespace .*did you mean email\?/),
		});
	});

	it("takes no namespace that is cut into slices of time: a slice is nobody's for long", () => {
		const [first, ...rest] = DEFAULT_IDENTITY.identifiers;
		if (!first) throw new Error("there are rules");
		const rules = { ...DEFAULT_IDENTITY, identifiers: [...rest, { ...first, onShared: "time_sliced" as const }] };
		expect(listColumns([first.namespace], rules)).toHaveProperty("wrong");
	});
});
