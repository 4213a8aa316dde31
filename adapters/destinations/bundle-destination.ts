import { mkdir, rename, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build, type Plugin } from "esbuild";
import { chunkFile } from "./bought.ts";

const require = createRequire(import.meta.url);

/**
 * Bundles one destination of `@segment/action-destinations` with the core it needs into `<folder>/<type>@<version>-<recipe>.mjs`,
 * unless it is there, and answers the file. Safe to run at once with itself: the file appears whole.
 */
export async function bundleDestination(type: string, folder: string): Promise<string> {
	const file = join(folder, chunkFile(type));
	if (await exists(file)) return file;
	await mkdir(folder, { recursive: true });
	const unfinished = `${file}.${process.pid}.${performance.now()}`;
	await build({
		stdin: {
			contents: entryOf(type),
			resolveDir: dirname(require.resolve("@segment/action-destinations/package.json")),
		},
		outfile: unfinished,
		bundle: true,
		platform: "node",
		format: "esm",
		target: "node22",
		minify: true,
		// Errors are told apart by the names of their classes.
		keepNames: true,
		// One core for all: as ESM and as CommonJS it would be there twice, and not know its own errors.
		alias: { "@segment/actions-core": require.resolve("@segment/actions-core") },
		plugins: [fetchOfOurs],
		banner: {
			js: 'import { createRequire as __create } from "node:module"; const require = __create(import.meta.url);',
		},
		legalComments: "none",
		logLevel: "silent",
	});
	await rename(unfinished, file);
	return file;
}

/** Bundles several into a folder: what a Lambda's build does. */
export const destinationBundles = (types: readonly string[], folder: string): Promise<string[]> =>
	Promise.all(types.map((type) => bundleDestination(type, folder)));

const exists = (file: string): Promise<boolean> =>
	stat(file).then(
		() => true,
		() => false,
	);

/** The package's main entry does not load (a dependency is missing), so the destination is imported by its folder. */
const entryOf = (type: string): string => `
	import definitionOf from "@segment/action-destinations/dist/destinations/${type}/index.js";
	export const definition = definitionOf?.default ?? definitionOf;
	export { Destination, transform } from "@segment/actions-core";
	export { useFetch } from "cross-fetch";
`;

/** Stands in for `cross-fetch`, which the core imports: Node's own classes, and whichever fetch the chunk is told to use. */
const fetchOfOurs: Plugin = {
	name: "fetch-of-ours",
	setup(bundler) {
		bundler.onResolve({ filter: /^cross-fetch$/ }, () => ({ path: "cross-fetch", namespace: "ours" }));
		bundler.onLoad({ filter: /.*/, namespace: "ours" }, () => ({
			contents: `
				let current = () => Promise.reject(new Error("no fetch was given to this chunk"));
				export const useFetch = (fetch) => { current = fetch; };
				export const fetch = (...request) => current(...request);
				export default fetch;
				export const { Request, Response, Headers } = globalThis;
			`,
		}));
	},
};
