import type { Source } from "#contracts/definitions/source.ts";

/** A token bucket as it was left: how many tokens, and when, in milliseconds. */
export type Bucket = { readonly tokens: number; readonly at: number };

export type Taken = {
	readonly bucket: Bucket /** 0 when a token was there; else when to try again. */;
	readonly waitSeconds: number;
};

/**
 * Takes a token for one request from the source's bucket, which starts full with `burst` tokens and regains `perSecond`.
 * A clock that goes back gives no tokens.
 */
export function takeToken(bucket: Bucket | undefined, { perSecond, burst }: Source["rate"], now: number): Taken {
	const { tokens, at } = bucket ?? { tokens: burst, at: now };
	const held = Math.min(burst, tokens + (Math.max(0, now - at) / 1000) * perSecond);
	if (held >= 1) return { bucket: { tokens: held - 1, at: now }, waitSeconds: 0 };
	return { bucket: { tokens: held, at: now }, waitSeconds: Math.max(1, Math.ceil((1 - held) / perSecond)) };
}
