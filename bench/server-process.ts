// A Tutti of its own process, so that the load's CPU and memory are not Tutti's. Says where it listens, then its memory each second.
import { existsSync, readFileSync } from "node:fs";
import { startTutti } from "#local/server.ts";

const [dataFolder = ""] = process.argv.slice(2);
const tutti = await startTutti({ port: 0, dataFolder, workspaceFolder: "workspace" });
process.send?.({ kind: "ready", url: tutti.url, adminToken: tutti.adminToken });

function usage() {
	const { user, system } = process.cpuUsage();
	return { rss: process.memoryUsage.rss(), peakRss: peakRss(), cpuMicros: user + system };
}

/** Of this program: on Linux `maxRSS` also knows how large the process was that it was forked from. */
function peakRss(): number {
	const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
	const [, highest] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
	return Number(highest ?? process.resourceUsage().maxRSS) * 1024;
}

const report = setInterval(() => process.send?.({ kind: "usage", ...usage() }), 500);
process.on("message", (message) => void obey(message));

async function obey(message: unknown): Promise<void> {
	if (message === "idle") {
		await tutti.idle();
		process.send?.({ kind: "usage", ...usage() });
		process.send?.({ kind: "idle" });
	}
	if (message === "close") {
		clearInterval(report);
		await tutti.close();
		process.disconnect();
	}
}
