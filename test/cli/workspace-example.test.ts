import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadWorkspace } from "#cli/workspace.ts";
import { generateShop } from "#demo/shop.ts";
import { schemaFiles } from "../../workspace/schemas/generate.ts";

describe("the example workspace", () => {
	it("can be read, and holds the two sources of the documentation and the canary's", async () => {
		const definitions = await loadWorkspace("workspace");
		expect(definitions.flatMap(({ kind, definition }) => (kind === "source" ? [definition.key] : []))).toMatchObject([
			{ kind: "public", writeKey: "wk_canary_8f3b6c1d", types: ["track"] },
			{ kind: "secret", writeKey: "sk_demo_server" },
			{ kind: "public", writeKey: "wk_demo_web", origins: ["*"] },
		]);
		expect(new Set(definitions.map(({ kind }) => kind)).size).toBe(6);
	});

	it("plans every track event that the demo shop sends, and no other", async () => {
		const definitions = await loadWorkspace("workspace");
		const planned = definitions.flatMap(({ kind, definition }) =>
			kind === "tracking-plan" && definition.id !== "canary" ? Object.keys(definition.events) : [],
		);
		const { events } = generateShop({ seed: 1, customers: 300, days: 90, now: new Date("2026-03-01") });
		const sent = new Set(events.flatMap(({ message }) => (message.type === "track" ? [message.event] : [])));
		expect(planned.toSorted()).toEqual([...sent].sort());
	});

	const files = globSync("workspace/**/*.yaml");
	it.each(files)("%s names the schema of its kind in its first line", (file) => {
		const [, schema = ""] = readFileSync(file, "utf8").match(/^# yaml-language-server: \$schema=(\S+)\n/) ?? [];
		expect(existsSync(join(dirname(file), schema))).toBe(true);
		expect(file.replace(/\.yaml$|s\/[^/]+$/, "")).toBe(join("workspace", schema.replace(/^.*\/(.*)\.json$/, "$1")));
	});
	it("has files", () => expect(files.length).toBeGreaterThan(5));
});

describe("the schemas for editors", () => {
	it.each(schemaFiles())("$name is fresh: `node workspace/schemas/generate.ts` writes it", ({ name, text }) => {
		expect(readFileSync(join("workspace/schemas", name), "utf8")).toBe(text);
	});
});
