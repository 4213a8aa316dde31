import { describe, expect, it } from "vitest";
import * as z from "zod";
import { readConfig } from "#functions/shared/config.ts";

const shape = z.object({ TABLE_NAME: z.string().min(1), QUEUE_URL: z.url() });

describe("readConfig", () => {
	it("gives what the function declared and nothing else", () => {
		const env = { TABLE_NAME: "tutti", QUEUE_URL: "https://sqs.example/q", HOME: "/root" };
		expect(readConfig(shape, env)).toEqual({ TABLE_NAME: "tutti", QUEUE_URL: "https://sqs.example/q" });
	});

	it("names every variable that is missing or wrong, and no value", () => {
		const read = () => readConfig(shape, { QUEUE_URL: "s3cret" });
		expect(read).toThrow("bad configuration: TABLE_NAME is missing, QUEUE_URL is not valid");
		expect(read).not.toThrow("s3cret");
	});
});
