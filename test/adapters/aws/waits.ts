import type { Resending } from "#adapters/aws/resend.ts";

/** No waiting, but a note of each: the attempts after which the adapter would have waited. */
export function noWaiting(tries = 3): Resending & { readonly waited: readonly number[] } {
	const waited: number[] = [];
	return {
		tries,
		waited,
		wait: async (attempt) => {
			waited.push(attempt);
		},
	};
}
