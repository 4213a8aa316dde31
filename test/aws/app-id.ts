import { createHash } from "node:crypto";

/** A short name for a function: an application id has at most 50 characters, of which Powertools takes half. */
export const appIdOf = (name: string): string => createHash("sha256").update(name).digest("hex").slice(0, 16);

/** The id in the user agent of a request; undefined when none of our functions sent it. */
export const appIdIn = (userAgent = ""): string | undefined =>
	/(?:^| )app\/([0-9a-f]{16})(?:-| |$)/.exec(userAgent)?.[1];
