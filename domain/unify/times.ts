import { compareText } from "#domain/rules/compare.ts";

/** Of two times or days in ISO 8601 UTC the earlier. */
export const earliest = (x: string, y: string): string => (compareText(x, y) <= 0 ? x : y);

/** Of two times or days in ISO 8601 UTC the later. */
export const latest = (x: string, y: string): string => (compareText(x, y) >= 0 ? x : y);
