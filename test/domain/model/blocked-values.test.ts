import { describe, expect, it } from "vitest";
import { blocks } from "#domain/model/blocked-values.ts";
import { rulesOf } from "./an-event.ts";

describe("blocks", () => {
	const { identifiers } = rulesOf(
		{ namespace: "anonymous_id", onShared: "time_sliced", blocked: ["till-7"] },
		{ namespace: "device_id", blocked: ["till-7", "kiosk|*"] },
	);
	const blocked = (namespace: string, value: string) =>
		blocks(
			identifiers.find((type) => type.namespace === namespace),
			{ namespace, value },
		);

	it.each([
		{ namespace: "anonymous_id", value: "till-7|2026-01-31", is: true },
		{ namespace: "anonymous_id", value: "till-7", is: true },
		{ namespace: "anonymous_id", value: "guest|1700000000", is: true },
		{ namespace: "anonymous_id", value: "till-71|2026-01-31", is: false },
		{ namespace: "device_id", value: "till-7|2026-01-31", is: false },
		{ namespace: "device_id", value: "kiosk|4", is: true },
		{ namespace: "of_no_rule", value: "null", is: true },
		{ namespace: "of_no_rule", value: "till-7", is: false },
	])("says $is of $namespace:$value", ({ namespace, value, is }) => {
		expect(blocked(namespace, value)).toBe(is);
	});
});
