import { describe, expect, it } from "vitest";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { itemBlockedIdentifiers, MAX_BLOCKED } from "#adapters/items/blocked-identifiers.ts";
import { itemDefinitions } from "#adapters/items/definitions.ts";
import { itemDefinitionRegister } from "#adapters/items/definitions-register.ts";
import { keys } from "#adapters/items/keys.ts";
import type { SeedId } from "#domain/model/identifier.ts";
import { applyWorkspace } from "#domain/rules/apply-workspace.ts";
import { memoryItemStore } from "#test/support/memory-item-store.ts";
import { aSegment } from "../../domain/rules/definitions.ts";

const till = "0a1b" as SeedId;

function open() {
	let time = Date.parse("2026-03-01T10:00:00.000Z");
	const now = () => new Date(time);
	const items = memoryItemStore();
	const register = itemDefinitionRegister({ items, hash: sha256, now });
	return {
		items,
		blocked: itemBlockedIdentifiers({ items }),
		definitions: itemDefinitions({ items, now }),
		apply: () => applyWorkspace(() => [aSegment("gold")], "ada", { register, hash: sha256 }),
		pass: (seconds: number) => {
			time += seconds * 1000;
		},
	};
}

describe("what a person blocked", () => {
	it("is known to whoever works with the definitions within seconds, and no more once it is not", async () => {
		const { blocked, definitions, apply, pass } = open();
		await apply();
		expect((await definitions.current()).blockedSeeds).toEqual(new Set());
		expect(await blocked.add(till)).toBe("added");
		pass(6);
		expect((await definitions.current()).blockedSeeds).toEqual(new Set([till]));
		await blocked.remove(till);
		pass(6);
		expect((await definitions.current()).blockedSeeds).toEqual(new Set());
	});

	it("is kept once, and leaves who blocks it again nothing to do", async () => {
		const { items, blocked, apply } = open();
		await apply();
		await blocked.add(till);
		const before = items.all();
		expect(await blocked.add(till)).toBe("added");
		expect(items.all()).toEqual(before);
	});

	it("is in force with the first definitions when it was blocked before there were any", async () => {
		const { blocked, definitions, apply, pass } = open();
		await blocked.add(till);
		await apply();
		pass(6);
		const { blockedSeeds, segments } = await definitions.current();
		expect(blockedSeeds).toEqual(new Set([till]));
		expect(segments).toHaveLength(1);
	});

	it("ends at 2,000", async () => {
		const { items, blocked } = open();
		for (let i = 0; i < MAX_BLOCKED; i++) await items.put(keys.blocked(String(i)));
		expect(await blocked.add(till)).toBe("full");
		expect(await blocked.add("7" as SeedId)).toBe("added");
	});
});
