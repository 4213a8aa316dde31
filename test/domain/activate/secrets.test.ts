import { describe, expect, it } from "vitest";
import { fillSecrets, secretNames } from "#domain/activate/secrets.ts";

describe("secrets", () => {
	const settings = {
		url: "https://x/{{secret:path}}",
		key: "{{ secret:key }}",
		list: [{ again: "{{secret:key}}" }],
		n: 1,
	};

	it("names each secret once, wherever it stands", () => {
		expect(secretNames(settings).sort()).toEqual(["key", "path"]);
	});

	it("fills them in as they are, and leaves what is unknown", () => {
		expect(fillSecrets(settings, new Map([["key", "$&{{secret:path}}"]]))).toEqual({
			url: "https://x/{{secret:path}}",
			key: "$&{{secret:path}}",
			list: [{ again: "$&{{secret:path}}" }],
			n: 1,
		});
	});
});
