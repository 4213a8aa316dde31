/**
 * The seconds a `Retry-After` header asks to wait (RFC 9110 10.2.3: a number of seconds, or a date); undefined for what
 * is neither. A date that has passed is 0.
 */
export function retryAfterSeconds(header: string | null | undefined, now: Date): number | undefined {
	const text = header?.trim() ?? "";
	if (/^\d{1,9}$/.test(text)) return Number(text);
	// `Date.parse` takes "-5" and "12.5" for years; every form of an HTTP date begins with a day's name.
	const at = /^[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN;
	return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now.getTime()) / 1000));
}
