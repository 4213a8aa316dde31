import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { describe, expect, it } from "vitest";
import type * as z from "zod";
import { source } from "#contracts/definitions/source.ts";
import type { Workspace } from "#domain/model/definitions.ts";
import type { BusEntry } from "#domain/model/ports.ts";
import { receiveEvents } from "#functions/collect/receive-events/receive-events.ts";
import { aContext } from "../shared/queue-event.ts";
import { recordingLog } from "../shared/recording-log.ts";

const requests = import.meta.glob<APIGatewayProxyEventV2>("/events/collect/receive-events.*.json", {
	eager: true,
	import: "default",
});
const contracts = import.meta.glob<unknown>("/events/contracts/*.json", { eager: true, import: "default" });
const schemas = import.meta.glob<Record<string, z.ZodType>>("/contracts/bus/*.ts", { eager: true });

const caseOf = (path: string): string => path.split(".").at(-2) ?? "";

const SOURCES = [
	source.parse({ id: "web", key: { kind: "public", writeKey: "wk_demo_web", origins: ["*"] } }),
	source.parse({ id: "server", key: { kind: "secret", writeKey: "sk_demo_server" } }),
];

/** What each sample is answered, and which types of events it puts on the bus. */
const EXPECTED: Record<string, { status: number; types: string[] }> = {
	"segment-node-batch": { status: 200, types: ["identify", "track"] },
	"segment-browser-page": { status: 200, types: ["page"] },
	"rudderstack-node-gzip": { status: 200, types: ["track"] },
	pixel: { status: 200, types: ["track"] },
	preflight: { status: 204, types: [] },
	"unknown-key": { status: 401, types: [] },
	"function-url": { status: 200, types: ["page"] },
};

describe("the sample requests", () => {
	it("are all expected, and all expected ones are there", () => {
		expect(Object.keys(requests).map(caseOf).toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
	});

	it.each(Object.entries(requests))("%s is answered as expected", async (path, event) => {
		const entries: BusEntry[] = [];
		const workspace = { sources: SOURCES } as unknown as Workspace; // the collector reads nothing else of it
		const handler = receiveEvents({
			rates: { tell: async () => ({ before: 0, now: 0 }) },
			definitions: { current: async () => workspace },
			bus: { publish: async (given) => void entries.push(...given) },
			now: () => new Date("2026-10-09T08:53:20.000Z"),
			newId: () => "made",
			log: recordingLog(),
		});
		const { statusCode } = await handler(event, aContext);
		const types = entries.flatMap(({ detail }) => (detail as { types: string[] }).types); // the envelope's
		expect({ status: statusCode, types }).toEqual(EXPECTED[caseOf(path)]);
	});
});

describe("the contract samples", () => {
	it("are there", () => {
		expect(Object.keys(contracts)).toContain("/events/contracts/events-collected.v1.json");
	});

	it.each(Object.entries(contracts))("%s is read whole by today's schema", (path, sample) => {
		const [name = "", version] = path.slice("/events/contracts/".length).split(".");
		const exported = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
		const schema = Object.values(schemas).find((module) => exported in module)?.[exported];
		expect(schema?.parse(sample)).toEqual(sample);
		expect(sample).toMatchObject({ version: Number(version?.slice(1)) });
	});
});
