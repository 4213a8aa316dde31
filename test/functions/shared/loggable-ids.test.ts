import { describe, expect, it } from "vitest";
import { messageHash } from "#adapters/crypto/message-hash.ts";
import { loggableIds } from "#functions/shared/loggable-ids.ts";

const UUID = "7f0b6a52-3b1f-4f7e-9c55-0f4f2f1d9a10";

describe("loggableIds", () => {
	it.each([
		UUID,
		UUID.toUpperCase(),
		`ajs-next-1763784000000-${UUID}`,
		`node-next-1763784000000-${UUID}`,
		"canary-2026-11-22T07:33Z",
	])("leaves %s as a machine made it", (id) => expect(loggableIds([id], 10)).toEqual([id]));

	it.each([
		"ada@example.com",
		"order-of-ada-lovelace",
		"+4917012345678",
		"4917012345678",
		`ada-lovelace-${UUID}`,
		`${UUID}-ada`,
		"canary-2026-11-22T07:33Z-ada",
		`ada@example.com ${UUID}`,
		"",
	])("hides %j, which a sender chose, behind its hash", (id) =>
		expect(loggableIds([id], 10)).toEqual([`#${messageHash(id)}`]),
	);

	it("names the first of many", () => {
		expect(
			loggableIds(
				Array.from({ length: 500 }, () => UUID),
				3,
			),
		).toEqual([UUID, UUID, UUID]);
	});
});
