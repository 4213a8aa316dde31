import { existsSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { METRICS } from "#contracts/metrics.ts";
import { loggedMetrics } from "#functions/shared/metrics.ts";
import { powertoolsMetrics } from "#functions/shared/powertools-metrics.ts";
import { recordingLog } from "./recording-log.ts";

afterEach(() => {
	vi.unstubAllEnvs();
	vi.restoreAllMocks();
});

/** What a deployed function writes: Powertools has a console of its own, over the process's output. */
function written(): string[] {
	const lines: string[] = [];
	vi.spyOn(process.stdout, "write").mockImplementation((text) => {
		lines.push(String(text));
		return true;
	});
	return lines;
}

describe("powertoolsMetrics", () => {
	it("writes one line that CloudWatch makes metrics of, with the function as its only dimension", () => {
		vi.stubEnv("POWERTOOLS_SERVICE_NAME", "activate/deliver");
		const lines = written();
		powertoolsMetrics("Tutti/prod").put({ DeliveryAttempts: 10, FailedDeliveryAttempts: 2 }, { slowest: 812 });
		vi.restoreAllMocks();

		expect(lines).toHaveLength(1);
		expect(JSON.parse(lines[0] ?? "")).toEqual({
			_aws: {
				Timestamp: expect.any(Number),
				CloudWatchMetrics: [
					{
						Namespace: "Tutti/prod",
						Dimensions: [["service"]],
						Metrics: [
							{ Name: "DeliveryAttempts", Unit: "Count" },
							{ Name: "FailedDeliveryAttempts", Unit: "Count" },
						],
					},
				],
			},
			service: "activate/deliver",
			DeliveryAttempts: 10,
			FailedDeliveryAttempts: 2,
			slowest: "812",
		});
	});

	it("says nothing twice: what was put is gone from the next line", () => {
		vi.stubEnv("POWERTOOLS_SERVICE_NAME", "segment/tick-segments");
		const lines = written();
		const metrics = powertoolsMetrics("Tutti/prod");
		metrics.put({ TickBehindSeconds: 30 });
		metrics.put({ TickFailedLooks: 1 });
		vi.restoreAllMocks();

		expect(lines.map((line) => Object.keys(JSON.parse(line)))).toEqual([
			["_aws", "service", "TickBehindSeconds"],
			["_aws", "service", "TickFailedLooks"],
		]);
	});
});

it("puts metrics into a log like other lines where no CloudWatch reads it", () => {
	const log = recordingLog();
	loggedMetrics({ log }).put({ TickBehindSeconds: 30 }, { looked: 4 });
	expect(log.lines).toEqual([{ level: "info", message: "metrics", fields: { TickBehindSeconds: 30, looked: 4 } }]);
});

it("says of each metric which function puts it, and such a function there is", () => {
	for (const { service } of Object.values(METRICS)) expect(existsSync(`functions/${service}/handler.ts`)).toBe(true);
});

it("are listed in docs/metrics.md, all of them, with unit and function", () => {
	const rows = readFileSync("docs/metrics.md", "utf8").matchAll(/^\| `(\w+)` +\| (\w+) +\| `([\w/-]+)` +\|/gm);
	const listed = [...rows].map(([, name = "", unit, service]) => [name, { unit, service }]);
	expect(Object.fromEntries(listed)).toEqual(
		Object.fromEntries(Object.entries(METRICS).map(([name, { unit, service }]) => [name, { unit, service }])),
	);
});
