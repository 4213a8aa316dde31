import { startTutti } from "#local/server.ts";

// A server to be killed: `node serve.ts <port> <data folder> <workspace>`. Says on its channel where it answers, and when it is idle.
const [port = "0", dataFolder = "", workspaceFolder = "workspace"] = process.argv.slice(2);
const tutti = await startTutti({ port: Number(port), dataFolder, workspaceFolder });
process.on("message", (ask) => {
	if (ask === "idle") void tutti.idle().then(() => process.send?.("idle"));
});
process.on("disconnect", () => process.exit(0));
process.send?.({ url: tutti.url, adminToken: tutti.adminToken });
