import type { CollectedEvent } from "#domain/model/event.ts";
import { anEvent } from "#test/functions/unify/pass.ts";

/** Every so many of them looks at three things, and every so many signs in, on a second device too. */
const [KEEN, SIGNED_IN] = [10, 20];
const HOURS_MS = 12 * 3_600_000;

/** Of equal length, so that people's items are as large, whatever their number. */
const nameOf = (n: number): string => `${String(n).padStart(8, "0")}-4d19-9b2e-5a6c0d8e1f24`;
/** How many things somebody looks at before signing in. */
export const viewsOf = (n: number): number => (n % KEEN === 0 ? 3 : 1);
export const deviceOf = (n: number): string => `stranger-${nameOf(n)}`;

/** All that somebody did, on the day before `begun`. */
export function whatDoes(n: number, begun: number): CollectedEvent[] {
	const at = new Date(begun - HOURS_MS - (n % 40_000) * 1000).toISOString();
	const base = { anonymousId: deviceOf(n), at, receivedAt: at };
	const views = Array.from({ length: viewsOf(n) }, (_, view) =>
		anEvent({ ...base, messageId: `view-${view}-${nameOf(n)}` }),
	);
	if (n % SIGNED_IN !== 0) return views;
	const traits = { email: `${nameOf(n)}@mail.example`, plan: "free" };
	const signIn = { type: "identify" as const, userId: `member-${nameOf(n)}`, traits };
	return [
		...views,
		anEvent({ ...base, ...signIn, messageId: `sign-in-${nameOf(n)}` }),
		anEvent({ ...base, ...signIn, anonymousId: `phone-${nameOf(n)}`, messageId: `phone-${nameOf(n)}` }),
	];
}
