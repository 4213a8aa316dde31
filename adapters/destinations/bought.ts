/**
 * The destinations of `@segment/action-destinations` that Tutti carries: the names of their folders in the package,
 * which are their `type` in a definition. Each is proven by a test against a real HTTP server before it is added here
 * (README.md beside this file). All 214 would be 7 MB to load for what one of them needs.
 */
export const BOUGHT = ["braze"] as const;

/** The version of the package, which names the chunks. A test holds it to what is installed. */
export const PACKAGE_VERSION = "3.497.0";

/** Grows when `bundle-destination.ts` bundles differently: chunks that were kept from before are then not taken. */
const RECIPE = 1;

/** The file of a destination's chunk. */
export const chunkFile = (type: string): string => `${type}@${PACKAGE_VERSION}-${RECIPE}.mjs`;
