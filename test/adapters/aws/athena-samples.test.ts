import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { AthenaClient } from "@aws-sdk/client-athena";
import { S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { athenaSamples } from "#adapters/aws/athena/samples.ts";
import { SqlRefused } from "#domain/model/ports.ts";
import { type AnsweringServer, answering } from "./answering.ts";

const ABOUT = { asOf: "2026-03-10T12:00:00.000Z", people: 1_000_000, share: 0.01 };
const NO_SUCH_KEY = "<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>";

describe("athenaSamples", () => {
	let objects: Map<string, string>;
	let bucket: Server;
	let athena: AnsweringServer<{ QueryString?: string }>;
	let state: string;
	beforeEach(async () => {
		objects = new Map();
		state = "SUCCEEDED";
		bucket = createServer(async (request, response) => {
			const key = request.url?.split("?")[0] ?? "";
			if (request.method === "PUT") objects.set(key, await text(request));
			if (request.method === "DELETE") objects.delete(key);
			const found = objects.get(key);
			response.writeHead(request.method === "GET" && found === undefined ? 404 : 200);
			response.end(request.method === "GET" ? (found ?? NO_SUCH_KEY) : "");
		});
		await new Promise<void>((done) => bucket.listen(0, "127.0.0.1", done));
		athena = await answering(({ operation }) =>
			operation === "GetQueryExecution"
				? { QueryExecution: { Status: { State: state, StateChangeReason: "no" } } }
				: { QueryExecutionId: "q-1" },
		);
	});
	afterEach(async () => {
		await athena.close();
		await new Promise((done) => bucket.close(done));
	});

	function samples() {
		const endpoint = `http://127.0.0.1:${(bucket.address() as AddressInfo).port}`; // it listens on TCP
		return athenaSamples({
			athena: new AthenaClient(athena.settings),
			s3: new S3Client({ ...athena.settings, endpoint, forcePathStyle: true }),
			database: "tutti",
			workgroup: "queries",
			bucket: "archive",
			folder: "samples/",
			now: () => new Date(7),
			wait: async () => undefined,
		});
	}

	it("lets Athena write the sample, and then says that it is in force", async () => {
		await samples().draw({ rows: "SELECT 1", about: ABOUT });
		expect(athena.calls[0]?.input.QueryString).toBe(
			"UNLOAD (SELECT 1) TO 's3://archive/samples/drawn=20260310120000000-7/' WITH (format = 'PARQUET')",
		);
		expect(await samples().current()).toEqual({
			...ABOUT,
			events: "(SELECT * FROM sampled_events WHERE drawn = '20260310120000000-7')",
		});
	});

	it("keeps the one before when Athena fails", async () => {
		await samples().draw({ rows: "SELECT 1", about: ABOUT });
		state = "FAILED";
		await expect(samples().draw({ rows: "SELECT 2", about: { ...ABOUT, people: 1 } })).rejects.toBeInstanceOf(
			SqlRefused,
		);
		expect(await samples().current()).toMatchObject(ABOUT);
	});

	it("knows of none before the first, and after it is forgotten", async () => {
		expect(await samples().current()).toBeUndefined();
		await samples().draw({ rows: "SELECT 1", about: ABOUT });
		await samples().forget();
		expect(await samples().current()).toBeUndefined();
	});
});
