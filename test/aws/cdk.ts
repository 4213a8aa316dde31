import { spawn } from "node:child_process";
import { delimiter, resolve } from "node:path";

export const REGION = "eu-west-1";
/** Any would do: the emulator takes this pair for the account's root. */
export const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

type Run = { readonly url: string; readonly folder: string; readonly cwd: string };

/** Runs the CDK's own command as an operator would, against the emulator. Throws with the end of what it said. */
export function cdk(args: readonly string[], { url, folder, cwd }: Run): Promise<void> {
	const child = spawn(resolve("node_modules/.bin/cdk"), [...args, "--no-notices", "--ci"], {
		cwd,
		stdio: ["ignore", "pipe", "pipe"],
		env: {
			PATH: [resolve("node_modules/.bin"), process.env.PATH ?? ""].join(delimiter),
			HOME: folder,
			TMPDIR: folder,
			// What `cdk synth` has checked already is not checked again: it takes ten seconds.
			CDK_VALIDATION: "false",
			AWS_ENDPOINT_URL: url,
			AWS_REGION: REGION,
			AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
			AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
		},
	});
	let said = "";
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding("utf8").on("data", (text: string) => {
			said = (said + text).slice(-4000);
		});
	}
	const kill = () => child.kill("SIGKILL");
	process.once("exit", kill);
	return new Promise((done, failed) => {
		child.on("error", failed);
		child.on("close", (code) => {
			process.off("exit", kill);
			if (code === 0) done();
			else failed(new Error(`cdk ${args[0]} ended with ${code}: ${said}`));
		});
	});
}
