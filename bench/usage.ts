import { existsSync, readFileSync } from "node:fs";

const EVERY_MS = 500;

/** Tells the parent twice a second what this process uses, and with everything else it is told. */
export function reportUsage() {
	const report = () => process.send?.({ kind: "usage", ...usage() });
	const timer = setInterval(report, EVERY_MS);
	return {
		tell(kind: string): void {
			report();
			process.send?.({ kind });
		},
		stop: () => clearInterval(timer),
	};
}

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
