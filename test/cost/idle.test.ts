import { beforeAll, describe, expect, it } from "vitest";
import { METRICS } from "#contracts/metrics.ts";
import { measureRest, type Rest } from "../../cost/at-rest.ts";
import { type IdleLine, idleBill, idleDollars } from "../../cost/idle.ts";
import { deploymentIn, type Resource, synthesised } from "../../cost/template.ts";

type Resources = ReadonlyMap<string, Resource>;

let resources: Resources;
let rest: Rest;
beforeAll(async () => {
	resources = await synthesised("prod");
	rest = await measureRest(deploymentIn(resources));
}, 120_000);

const lineOf = (lines: readonly IdleLine[], name: string) => lines.find((line) => line.name.startsWith(name));
const listed = (all: Resources) => idleDollars(idleBill(all, rest)).listed;
/** The templates with more of something in them. */
const withMore = (count: number, more: Resource): Resources =>
	new Map([...resources, ...Array.from({ length: count }, (_, n) => [`More${n}`, more] as const)]);

describe("a month in which nothing happens", () => {
	it("costs less than five dollars by the price list, of what the templates hold", () => {
		const lines = idleBill(resources, rest);
		const { listed: dollars, alone } = idleDollars(lines);
		process.stdout.write(`at rest $${dollars.toFixed(2)} a month, $${alone.toFixed(2)} alone in an account\n`);
		expect(dollars).toBeLessThan(5);
		expect(alone).toBeLessThan(dollars);
		for (const name of [
			"metrics that alarms",
			"custom metrics",
			"empty receives",
			"scheduled calls",
			"the canary's events",
		])
			expect(lineOf(lines, name)?.count, name).toBeGreaterThan(0);
	});

	it("would cost more than that with ten alarms more, or one that looks at ten metrics", () => {
		const alarm = { Type: "AWS::CloudWatch::Alarm", Properties: { MetricName: "Errors" } };
		expect(listed(withMore(10, alarm)) - listed(resources)).toBeCloseTo(1, 5);
		expect(listed(withMore(10, alarm))).toBeGreaterThan(5);
		const Metrics = [{ Expression: "m0" }, ...Array.from({ length: 10 }, (_, n) => ({ Id: `m${n}`, MetricStat: {} }))];
		expect(listed(withMore(1, { ...alarm, Properties: { Metrics } }))).toBeCloseTo(listed(withMore(10, alarm)), 5);
	});

	it("would cost more with another queue that is read, and nothing more with one that only keeps dead letters", () => {
		const read = { Type: "AWS::Lambda::EventSourceMapping", Properties: {} };
		expect(listed(withMore(1, read)) - listed(resources)).toBeCloseTo(0.263, 2);
		expect(listed(withMore(1, { Type: "AWS::SQS::Queue", Properties: {} }))).toBe(listed(resources));
	});

	it("counts what the canary takes: its events on their way, its looks, and the waiting for some of them", () => {
		const { canaryEvents, canary } = rest;
		const each = (name: string) => canaryEvents.lines.find((line) => line.name === name)?.perEvent ?? 0;
		expect(each("HTTP API requests")).toBe(1);
		expect(each("EventBridge entries")).toBe(1);
		expect(each("DynamoDB write units")).toBeGreaterThan(0.9);
		expect(canary.readUnits).toBeGreaterThan(1);
		expect(canary.ms).toBeGreaterThan(40);
		// a call a minute that waited for its event, five seconds of the pass's window and more, would take this alone
		const waited = 43_834 * 5000 * deploymentIn(resources).memory("watch/send-canary");
		expect(lineOf(idleBill(resources, rest), "their Lambda MB-ms")?.count).toBeLessThan(waited / 3);
	});

	it("pays for a metric by the hours in which it is put", () => {
		const hours = Object.values(METRICS).reduce((sum, one) => sum + ("idleHours" in one ? one.idleHours : 0), 0);
		expect(hours).toBe(3 + 4);
		expect(lineOf(idleBill(resources, rest), "custom metrics")?.count).toBeCloseTo(7 / 24, 5);
	});
});
