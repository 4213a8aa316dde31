import { AsyncLocalStorage } from "node:async_hooks";
import { pathToFileURL } from "node:url";
import type { JsonObject } from "#domain/model/json.ts";
import { BOUGHT, chunkFile } from "./bought.ts";

/** A field of settings or of an action, as far as we look at it. */
export type BoughtField = { readonly label: string; readonly required?: unknown; readonly default?: unknown };

export type BoughtAction = {
	readonly title: string;
	readonly fields: Readonly<Record<string, BoughtField>>;
	readonly syncMode?: { readonly choices: readonly { readonly value: string }[] };
	readonly hooks?: Readonly<Record<string, unknown>>;
};

type BoughtDefinition = {
	readonly name: string;
	readonly authentication?: { readonly fields?: Readonly<Record<string, BoughtField>> };
	readonly actions: Readonly<Record<string, BoughtAction>>;
};

/** What `executeAction` is given. */
type Execution = {
	readonly event: JsonObject;
	readonly mapping: JsonObject;
	readonly settings: JsonObject;
	readonly features: Readonly<Record<string, never>>;
	readonly signal: AbortSignal;
};

/** What a chunk exports: see `bundle-destination.ts`. */
export type Chunk = {
	readonly Destination: new (
		definition: BoughtDefinition,
	) => {
		readonly actions: Readonly<Record<string, { removeAllListeners(event: string): unknown }>>;
		executeAction(action: string, execution: Execution): Promise<unknown>;
	};
	readonly definition: BoughtDefinition;
	/** mapping-kit: fills a mapping from an event. Throws when the mapping is not a mapping. */
	readonly transform: (mapping: JsonObject, event: JsonObject) => JsonObject;
	/** From now on the chunk's requests go through this. */
	useFetch(fetch: typeof globalThis.fetch): void;
};

/** Gives the chunk of a type; undefined when Tutti does not carry that destination. */
export type Chunks = (type: string) => Promise<Chunk | undefined>;

/** A bought destination, ready to be asked. */
export type Bought = {
	readonly definition: BoughtDefinition;
	/** Throws what the destination throws. What it asked of others stands in `traffic`, also when it throws. */
	execute(action: string, execution: Execution, traffic: Traffic): Promise<void>;
};

/** The requests of one execution: how many were made, and the status of the last answer. */
export type Traffic = { requests: number; status?: number };

/**
 * Chunks that lie in a folder as files, each loaded when it is first asked for. `prepare` sees to it that the file is
 * there: on one machine it bundles it; in a Lambda it was bundled at build time, and there is nothing to do.
 */
export function chunksIn(folder: string, prepare: (type: string) => Promise<void> = async () => {}): Chunks {
	const loaded = new Map<string, Promise<Chunk>>();
	const load = async (type: string): Promise<Chunk> => {
		await prepare(type);
		return (await import(pathToFileURL(`${folder}/${chunkFile(type)}`).href)) as Chunk;
	};
	return async (type) => {
		if (!BOUGHT.some((bought) => bought === type)) return undefined;
		const chunk = loaded.get(type) ?? load(type);
		loaded.set(type, chunk);
		// A failure is not kept: the next one may find the file.
		chunk.catch(() => loaded.delete(type));
		return chunk;
	};
}

/** Tells the requests of one execution from those of others that run at the same time. */
const watching = new AsyncLocalStorage<Traffic>();

/** Makes the destination out of its chunk, with all its requests going through `fetch`. */
export function openChunk(type: string, chunk: Chunk, fetch: typeof globalThis.fetch): Bought {
	// Its own name has spaces, which fast-uri from 3.1.6 on takes for no URI: 486 of 601 actions would throw.
	const destination = new chunk.Destination({ ...chunk.definition, name: `d-${type}` });
	// Otherwise it keeps every response it ever got.
	for (const action of Object.values(destination.actions)) action.removeAllListeners("response");
	chunk.useFetch(async (...request) => {
		const traffic = watching.getStore() ?? { requests: 0 };
		traffic.requests += 1;
		const response = await fetch(...request);
		traffic.status = response.status;
		return response;
	});
	return {
		definition: chunk.definition,
		execute: (action, execution, traffic) =>
			watching.run(traffic, async () => {
				await destination.executeAction(action, execution);
			}),
	};
}
