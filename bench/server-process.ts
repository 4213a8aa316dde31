// A Tutti of its own process, so that the load's CPU and memory are not Tutti's. Says where it listens, then its memory each second.
import { startTutti } from "#local/server.ts";

const [dataFolder = ""] = process.argv.slice(2);
const tutti = await startTutti({ port: 0, dataFolder, workspaceFolder: "workspace" });
process.send?.({ kind: "ready", url: tutti.url, adminToken: tutti.adminToken });

function usage() {
	const { user, system } = process.cpuUsage();
	return { rss: process.memoryUsage.rss(), cpuMicros: user + system };
}

const report = setInterval(() => process.send?.({ kind: "usage", ...usage() }), 500);
process.on("message", async (message) => {
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
});
