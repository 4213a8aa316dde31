import { afterEach, describe, expect, it, vi } from "vitest";
import { describeError } from "#functions/shared/log.ts";
import { powertoolsLog } from "#functions/shared/powertools-log.ts";

describe("describeError", () => {
	it("names the error and where it was thrown, and leaves its message out", () => {
		const described = describeError(new RangeError("ada@example.com is too long"));
		expect(described).toEqual({ error: "RangeError", at: expect.stringContaining("log.test.ts") });
		expect(JSON.stringify(described)).not.toContain("ada@");
	});

	it("says no more than the type of what is no error", () => {
		expect(describeError("ada@example.com")).toEqual({ error: "string" });
	});
});

describe("powertoolsLog", () => {
	afterEach(() => vi.restoreAllMocks());

	it("writes one JSON line with the level, the message and the fields", () => {
		const written: string[] = [];
		for (const method of ["info", "warn", "error"] as const) {
			vi.spyOn(console, method).mockImplementation((line: string) => void written.push(line));
		}
		vi.stubEnv("POWERTOOLS_DEV", "true"); // makes Powertools write through the console that is watched here
		const log = powertoolsLog();
		log.info("accepted", { accepted: 3 });
		log.error("refused", { code: "InternalFailure" });
		vi.unstubAllEnvs();
		expect(written.map((line) => JSON.parse(line))).toMatchObject([
			{ level: "INFO", message: "accepted", accepted: 3 },
			{ level: "ERROR", message: "refused", code: "InternalFailure" },
		]);
	});
});
