import { beforeAll, describe, expect, it } from "vitest";
import { type Measured, measureMonth } from "../../cost/measure.ts";
import { billOf } from "../../cost/model.ts";
import { type Deployment, deploymentIn, type Resource, synthesised } from "../../cost/template.ts";
import { browserTrace, type Trace, type TraceOptions } from "../../cost/traces.ts";

/** Enough for some batches as full as they are at load; `npm run cost` takes more. */
const EVENTS = 1500;
const BILLION = 1e9;

let resources: ReadonlyMap<string, Resource>;
let deployment: Deployment;
/** The same with a URL of the collector's own. */
let byUrl: Deployment;
beforeAll(async () => {
	resources = await synthesised("prod");
	deployment = deploymentIn(resources);
	byUrl = deploymentIn(await synthesised("prod", { frontDoor: "function-url" }));
});

/** Visitors who were there an hour ago and do nothing but look at things. */
const plain = (options: TraceOptions): Trace => browserTrace({ ...options, newVisitors: 0, logins: 0, awayHours: 1 });
const month = (eventsPerRequest: number, traceOf: (options: TraceOptions) => Trace = browserTrace) =>
	measureMonth({ events: BILLION, eventsPerRequest }, { deployment, events: EVENTS, traceOf });
const perEvent = ({ bill }: Measured, name: string) => bill.lines.find((line) => line.name === name)?.perEvent ?? NaN;

describe.each([1, 2])("a billion plain track events a month, %i a request", (b) => {
	let measured: Measured;
	beforeAll(async () => {
		measured = await month(b, plain);
	});

	it("cost one write unit for each request at most, and half a read unit of a memory that is no worker's", () => {
		expect(perEvent(measured, "DynamoDB write units")).toBeLessThanOrEqual(1 / b);
		expect(perEvent(measured, "DynamoDB read units")).toBeLessThanOrEqual(1.05 / b);
	});

	it("cost one entry of the bus a request, and an invocation more for two hundred events", () => {
		expect(perEvent(measured, "EventBridge entries")).toBeLessThanOrEqual(1 / b);
		const invocations =
			perEvent(measured, "Lambda requests, collector") + perEvent(measured, "Lambda requests, others");
		expect(invocations).toBeLessThanOrEqual(1 / b + 1 / 200);
	});

	it("go to Firehose in records that are billed for what they hold", () => {
		const { calls, smallRecords } = measured.replayed.usage.pass;
		expect(calls.PutRecordBatch).toBeGreaterThan(0);
		expect(smallRecords).toBe(0);
	});
});

describe("a billion events of browsers a month, two a request, with new visitors and logins", () => {
	/** Lambda's durations are measured: what else the machine does only adds to them, so the cheapest of a few counts. */
	const cheapest = async (of: (measured: Measured) => number, goal: number): Promise<number> => {
		let least = Number.POSITIVE_INFINITY;
		for (let attempt = 0; attempt < 3 && least > goal; attempt++) least = Math.min(least, of(await month(2)));
		return least;
	};
	const billByUrl = ({ replayed, month: of }: Measured) => billOf(replayed, of, byUrl);

	it("cost 1.70 dollars a million by the request where the collector has a URL of its own", async () => {
		expect(await cheapest((measured) => billByUrl(measured).perMillion, 1.7)).toBeLessThanOrEqual(1.7);
	});

	it("cost 1.70 dollars a million behind the HTTP API where the table's capacity is provisioned", async () => {
		expect(await cheapest(({ bill }) => bill.perMillionProvisioned, 1.7)).toBeLessThanOrEqual(1.7);
	});

	it("save the requests and the access log of the HTTP API by such a URL, and nothing else", async () => {
		const measured = await month(2);
		const { lines } = billByUrl(measured);
		const saved = measured.bill.lines.filter(({ perMillion }, n) => perMillion !== lines[n]?.perMillion);
		expect(saved.map(({ name }) => name)).toEqual(["HTTP API requests", "Log bytes, access log"]);
		for (const { name } of saved) expect(lines.find((line) => line.name === name)?.perMillion).toBe(0);
		expect(saved[0]?.perEvent).toBe(measured.replayed.requests / measured.replayed.events);
	});

	it("cost the same units whether the table holds a few profiles or many more", async () => {
		const units = async (strangers: number) => {
			const measured = await month(2, (options) => browserTrace({ ...options, strangers }));
			return perEvent(measured, "DynamoDB write units") + perEvent(measured, "DynamoDB read units");
		};
		const [few, many] = [await units(100), await units(1000)];
		expect(Math.abs(many / few - 1)).toBeLessThanOrEqual(0.02);
	});
});
