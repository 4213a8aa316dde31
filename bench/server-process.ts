// A Tutti of its own process, so that the load's CPU and memory are not Tutti's. Says where it listens, then what it uses.
import { startTutti } from "#local/server.ts";
import { reportUsage } from "./usage.ts";

const [dataFolder = ""] = process.argv.slice(2);
const tutti = await startTutti({ port: 0, dataFolder, workspaceFolder: "workspace" });
process.send?.({ kind: "ready", url: tutti.url, adminToken: tutti.adminToken });

const usage = reportUsage();
process.on("message", (message) => void obey(message));

async function obey(message: unknown): Promise<void> {
	if (message === "idle") {
		await tutti.idle();
		usage.tell("idle");
	}
	if (message === "close") {
		usage.stop();
		await tutti.close();
		process.disconnect();
	}
}
