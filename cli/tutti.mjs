#!/usr/bin/env node
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ensureInstalled } from "./install.mjs";
import { NODE_ENVIRONMENT, NODE_FLAGS } from "./node-flags.mjs";

/**
 * The `tutti` command on whatever Node there is (20 or newer): installs what is missing, then hands everything to
 * main.ts on the pinned Node, which runs TypeScript as it is. Streams, signals and the exit code are passed through.
 */
function launch() {
	const [main, cache] = ["main.ts", "../node_modules/.cache/tutti"].map((path) =>
		fileURLToPath(new URL(path, import.meta.url)),
	);
	const child = spawn(ensureInstalled(), [...NODE_FLAGS, main, ...process.argv.slice(2)], {
		// The channel carries no messages. It closes when this process dies, however it dies: then main.ts ends too.
		stdio: ["inherit", "inherit", "inherit", "ipc"],
		// What was compiled once need not be again: half of the time until a command does something.
		env: { NODE_COMPILE_CACHE: cache, ...NODE_ENVIRONMENT, ...process.env },
	});
	const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
	for (const signal of signals) process.on(signal, () => child.kill(signal));
	child.on("error", (error) => fail(`the pinned Node does not start: ${error.message}`));
	child.on("exit", (code, signal) => {
		for (const name of signals) process.removeAllListeners(name);
		if (signal) process.kill(process.pid, signal);
		else process.exitCode = code ?? 1;
	});
}

function fail(reason) {
	process.stderr.write(`tutti: ${reason}\n`);
	process.exitCode = 1;
}

try {
	launch();
} catch (error) {
	fail(error.message);
}
