import { fileURLToPath } from "node:url";
import { type Chunks, chunksIn } from "./chunk.ts";

const FOLDER = fileURLToPath(new URL("../../.build/destinations", import.meta.url));

/** Chunks on one machine: each is bundled when it is first asked for, and kept in `.build/destinations`. */
export const localChunks = (folder: string = FOLDER): Chunks =>
	chunksIn(folder, async (type) => {
		// Only here, so that whoever sends nothing loads no bundler.
		const { bundleDestination } = await import("./bundle-destination.ts");
		await bundleDestination(type, folder);
	});
