import { createSocket } from "node:dgram";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { powertoolsTrace } from "#functions/shared/powertools-trace.ts";

const ROOT = "1-5e1b4151-5ac6c58f3a1b2c3d4e5f6071";
const MADE = "7f0b6a52-3b1f-4f7e-9c55-0f4f2f1d9a10";

type Part = { name: string; annotations?: Record<string, unknown>; subsegments?: Part[]; trace_id?: string };

/** What Lambda runs beside a function to take its traces. */
const daemon = createSocket("udp4");
const received: Part[] = [];
beforeAll(async () => {
	daemon.on("message", (text) => received.push(JSON.parse(String(text).split("\n")[1] ?? "")));
	await new Promise<void>((bound) => daemon.bind(0, "127.0.0.1", bound));
	const { port } = daemon.address() as AddressInfo;
	vi.stubEnv("AWS_XRAY_DAEMON_ADDRESS", `127.0.0.1:${port}`);
	vi.stubEnv("AWS_EXECUTION_ENV", "AWS_Lambda_nodejs24.x");
	vi.stubEnv("LAMBDA_TASK_ROOT", "/var/task");
	vi.stubEnv("AWS_XRAY_CONTEXT_MISSING", "IGNORE_ERROR");
});
afterAll(() => {
	vi.unstubAllEnvs();
	daemon.close();
});

const header = (sampled: 0 | 1) => `Root=${ROOT};Parent=53995c3f42cd8ad8;Sampled=${sampled}`;
const all = (parts: readonly Part[]): Part[] => parts.flatMap((part) => [part, ...all(part.subsegments ?? [])]);

it("asks for nothing, loads nothing and says nothing in a call that is not followed", async () => {
	let asked = 0;
	const ids = () => {
		asked++;
		return [MADE];
	};
	await powertoolsTrace({}).follow(ids);
	await powertoolsTrace({ _X_AMZN_TRACE_ID: header(0) }).follow(ids);
	await sleep(50);
	expect({ asked, received }).toEqual({ asked: 0, received: [] });
});

it("notes each event of a call that is followed, so that its trace is found by messageId, and by no name of a person", async () => {
	vi.stubEnv("_X_AMZN_TRACE_ID", header(1));
	await powertoolsTrace(process.env).follow(() => [MADE, "order of ada@example.com"]);
	await vi.waitFor(() => expect(all(received).map(({ name }) => name)).toContain("events"));

	expect(new Set(received.map(({ trace_id }) => trace_id))).toEqual(new Set([ROOT]));
	const notes = all(received).flatMap(({ annotations }) => (annotations ? [annotations] : []));
	expect(notes).toContainEqual({ events: 2 });
	expect(notes).toContainEqual({ messageId: MADE });
	expect(notes.filter((note) => "messageId" in note)).toHaveLength(2);
	expect(JSON.stringify(received)).not.toContain("ada@");
});

it("notes fifty events of a call at most, and how many there were", async () => {
	received.length = 0;
	vi.stubEnv("_X_AMZN_TRACE_ID", header(1));
	await powertoolsTrace(process.env).follow(() => Array.from({ length: 500 }, () => crypto.randomUUID()));
	await vi.waitFor(() => expect(all(received).filter(({ name }) => name === "event")).toHaveLength(50));
	expect(all(received).map(({ annotations }) => annotations)).toContainEqual({ events: 500 });
});
