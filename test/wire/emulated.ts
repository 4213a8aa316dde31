import { afterAll, beforeAll } from "vitest";
import { type Aws, awsAt } from "#test/support/aws-at.ts";
import type { Emulator } from "#test/support/emulator.ts";

/** Starts an emulator for the suites of the `describe` it is called in, and ends it after them. */
export function emulated(start: () => Promise<Emulator>): () => Aws {
	let emulator: Emulator;
	let aws: Aws;
	beforeAll(async () => {
		emulator = await start();
		aws = awsAt(emulator.endpoint);
	});
	afterAll(async () => {
		aws.destroy();
		await emulator.stop();
	});
	return () => aws;
}
