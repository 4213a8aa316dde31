import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findPython } from "../support/find-python.mjs";
import { CREDENTIALS, REGION } from "./cdk.ts";

/** What boto3 wants to know of the account. */
export const accountAt = (endpoint: string) => ({
	AWS_ENDPOINT_URL: endpoint,
	AWS_DEFAULT_REGION: REGION,
	AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
	AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
});

const run = promisify(execFile);

/** Runs a program in the Python of the emulators, with nothing in its environment but `env`, and answers what it printed. */
export async function python(program: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
	const { stdout } = await run(findPython() ?? "python3", ["-c", program], {
		env: { PATH: process.env.PATH, ...env },
		maxBuffer: 16 * 1024 * 1024,
		timeout: 60_000,
	});
	return stdout;
}
