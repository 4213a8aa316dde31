import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadWorkspace, readWorkspace } from "#cli/workspace.ts";
import { aWorkspace } from "./workspace-folder.ts";

const GOLD = `id: gold
when:
  trait: tier
  is: { op: eq, value: gold }
`;
const WEB = `id: web
key:
  kind: public
  writeKey: wk_12345
  origins: ["*"]
`;

/** What is printed for a folder with these files, without the folder's own name; nothing when all is well. */
async function printed(files: { readonly [path: string]: string | Uint8Array }): Promise<string[]> {
	const folder = aWorkspace(files);
	try {
		await loadWorkspace(folder);
		return [];
	} catch (error) {
		return (error as Error).message.split("\n").map((line) => line.replace(`${folder}/`, ""));
	}
}

describe("a workspace that is right", () => {
	it("is read into definitions with all their defaults", async () => {
		const folder = aWorkspace({
			"segments/gold.yaml": GOLD,
			"sources/web.yml": WEB,
			"README.md": "# Notes",
			"segments/README.md": "# More notes",
			".gitignore": "x",
			"schemas/segment.json": "{}",
		});
		const definitions = await loadWorkspace(folder);
		expect(definitions.map(({ kind, definition }) => [kind, definition.id])).toEqual([
			["segment", "gold"],
			["source", "web"],
		]);
		expect(definitions[1]?.definition).toMatchObject({ enabled: true, rate: { perSecond: 500, burst: 1000 } });
	});

	it("may be empty", async () => {
		expect(await readWorkspace(aWorkspace({}))).toEqual({ kind: "read", definitions: [] });
	});

	it("keeps text that looks like a date, yes or no, and the field on", async () => {
		const folder = aWorkspace({
			"segments/gold.yaml": GOLD.replace("value: gold", "value: 2026-02-01"),
			"destinations/crm.yaml":
				"id: crm\ntype: webhook\nsettings: { region: no }\nsubscriptions:\n  - on: { segment: gold }\n",
		});
		const definitions = await loadWorkspace(folder);
		expect(definitions.map(({ definition }) => definition)).toMatchObject([
			{ settings: { region: "no" }, subscriptions: [{ on: { segment: "gold" } }] },
			{ when: { is: { value: "2026-02-01" } } },
		]);
	});
});

describe("a broken file is told in one line", () => {
	const segment = (when: string) => ({ "segments/gold.yaml": `id: gold\nwhen:\n${when}` });

	it.each<[string, { [path: string]: string | Uint8Array }, string[]]>([
		[
			"YAML that is none",
			{ "segments/gold.yaml": "id: gold\nwhen: {trait: tier\n" },
			[
				"segments/gold.yaml:3: this is not YAML: flow map in block collection must be sufficiently indented and end with a }; the same indentation for fields of one group",
			],
		],
		[
			"a tab for indentation",
			{ "segments/gold.yaml": "id: gold\nwhen:\n\ttrait: tier\n" },
			["segments/gold.yaml:3: this is not YAML: tabs are not allowed as indentation; blanks for indentation"],
		],
		[
			"a field twice",
			{ "segments/gold.yaml": `id: gold\n${GOLD}` },
			["segments/gold.yaml:2: this is not YAML: map keys must be unique; each field once"],
		],
		[
			"two documents",
			{ "segments/gold.yaml": `${GOLD}---\n${GOLD}` },
			[
				"segments/gold.yaml:5: this is not YAML: source contains multiple documents; please use YAML.parseAllDocuments(); one definition a file",
			],
		],
		["nothing in it", { "segments/gold.yaml": "# soon\n" }, ["segments/gold.yaml:1: the file is empty; a segment"]],
		[
			"an alias that leads nowhere",
			segment("  *gone\n"),
			["segments/gold.yaml:1: its aliases lead nowhere or too far; fewer aliases"],
		],
		[
			"bytes that are no UTF-8",
			{ "segments/gold.yaml": Uint8Array.of(0x69, 0xff) },
			["segments/gold.yaml: it is not UTF-8; text in UTF-8"],
		],
		[
			"only a text",
			{ "segments/gold.yaml": "gold\n" },
			["segments/gold.yaml:1: it is text; the fields id, name, description, when, alarm"],
		],
		[
			"a misspelt field",
			{ "sources/web.yaml": WEB.replace("writeKey", "writekey") },
			["sources/web.yaml:4: key.writekey: there is no such field; did you mean writeKey?"],
		],
		[
			"a field of another format",
			{ "sources/web.yaml": `${WEB}colour: red\n` },
			[
				"sources/web.yaml:6: colour: there is no such field; one of id, name, enabled, key, rate, publish, trackingPlan",
			],
		],
		[
			"a field that is missing",
			{ "sources/web.yaml": WEB.replace("  origins", "  # origins") },
			["sources/web.yaml:2: key: the field `origins` is missing; add it"],
		],
		[
			"a key too short, which is not printed",
			{ "sources/web.yaml": WEB.replace("wk_12345", "s3cret") },
			["sources/web.yaml:4: key.writeKey: it is too little; at least 8 characters"],
		],
		[
			"a condition that is none",
			segment("  traits: tier\n"),
			["segments/gold.yaml:3: when.traits: there is no such field; did you mean trait?"],
		],
		[
			"an operator that is none",
			segment("  all:\n    - trait: tier\n      is: { op: not_equal, value: gold }\n"),
			['segments/gold.yaml:5: when.all[0].is.op: it is "not_equal"; did you mean ne?'],
		],
		[
			"a condition with two heads",
			segment("  any:\n    - trait: tier\n      event: Ordered\n"),
			[
				"segments/gold.yaml:4: when.any[0]: it has trait and event at once; one of trait, event; for several, each on its own within all",
			],
		],
		[
			"a group that is no list",
			segment("  none:\n    trait: tier\n"),
			["segments/gold.yaml:3: when.none: it is a group of fields; a list"],
		],
		[
			"a fault behind an alias",
			segment("  all:\n    - &a { trait: tier, is: { op: exist } }\n    - { none: [*a] }\n"),
			[
				'segments/gold.yaml:4: when.all[0].is.op: it is "exist"; did you mean exists?',
				'segments/gold.yaml:4: when.all[1].none[0].is.op: it is "exist"; did you mean exists?',
			],
		],
		[
			"an id that is not the file's name",
			{ "segments/silver.yaml": `# the silver ones\n${GOLD}` },
			["segments/silver.yaml:2: id: it is gold, but the file is named silver; one name for both"],
		],
		[
			"an id that is none",
			{ "segments/Gold.yaml": GOLD.replace("id: gold", "id: Gold") },
			['segments/Gold.yaml:1: id: it is "Gold"; lower-case letters, digits and hyphens, at most 64'],
		],
		[
			"one id in two files",
			{ "segments/gold.yaml": GOLD, "segments/gold.yml": GOLD },
			["segments/gold.yml:1: id: there are two with the id gold; an id of its own for each"],
		],
		[
			"a definition outside its folder",
			{ "gold.yaml": GOLD },
			[
				"gold.yaml: no definition belongs here; identity.yaml or a .yaml file in one of the folders sources, tracking-plans, traits, segments, destinations",
			],
		],
		[
			"a misspelt folder",
			{ "segment/gold.yaml": GOLD },
			["segment: no definition belongs here; did you mean the folder segments?"],
		],
		[
			"identity rules under another name",
			{ "identities.yaml": "" },
			["identities.yaml: no definition belongs here; did you mean identity.yaml?"],
		],
		[
			"a file that is no YAML",
			{ "segments/gold.json": "{}" },
			["segments/gold.json: no definition belongs here; a definition is a .yaml file"],
		],
		[
			"a folder in a folder",
			{ "segments/old/gold.yaml": GOLD },
			["segments/old: no definition belongs here; files only: the folder segments has no folders"],
		],
		[
			"a tracking plan that is not there",
			{ "sources/web.yaml": `${WEB}trackingPlan: shop\n` },
			["sources/web.yaml:6: trackingPlan: there is no tracking plan shop; there is none yet"],
		],
		[
			"a segment that is not there",
			{
				"segments/gold.yaml": GOLD,
				"destinations/crm.yaml": "id: crm\ntype: webhook\nsubscriptions:\n  - on:\n      segment: golden\n",
			},
			["destinations/crm.yaml:5: subscriptions[0].on.segment: there is no segment golden; did you mean gold?"],
		],
		[
			"a write key of two sources",
			{ "sources/web.yaml": WEB, "sources/app.yaml": WEB.replace("id: web", "id: app") },
			["sources/web.yaml:4: key.writeKey: the source app has the same write key; a key of its own for each source"],
		],
	])("%s", async (_, files, expected) => {
		expect(await printed(files)).toEqual(expected);
	});

	it("and everything that is wrong is told at once, by file and line", async () => {
		const lines = await printed({
			"sources/web.yaml": "id: web\nenabled: maybe\nkey: wk_12345\n",
			"segments/gold.yaml": "id: gold\n",
		});
		expect(lines).toEqual([
			"segments/gold.yaml:1: the field `when` is missing; add it",
			"sources/web.yaml:2: enabled: it is text; true or false",
			"sources/web.yaml:3: key: it is text; kind and what belongs to it",
		]);
	});

	it("when it is a folder", async () => {
		const folder = aWorkspace({});
		mkdirSync(join(folder, "identity.yaml"));
		await expect(loadWorkspace(folder)).rejects.toThrow("identity.yaml: it cannot be read (it is a folder)");
	});
});

describe("a folder that is none", () => {
	it.each([
		["missing", "there is no such file or folder"],
		["notes.md", "it is not a folder"],
	])("%s: %s", async (name, reason) => {
		const folder = join(aWorkspace({ "notes.md": "" }), name);
		await expect(loadWorkspace(folder)).rejects.toThrow(`the workspace ${folder} cannot be read: ${reason}`);
	});
});
