/** The path of a Chromium: `TUTTI_CHROMIUM`, else the first of the usual names on the path; undefined when there is none. */
export function findChromium(): string | undefined;
