import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { PhoneNumbers } from "#domain/model/phone-numbers.ts";

/** As links have it (RFC 3966). */
const TEL = /^tel:/i;

/** Spelling takes 60 µs, a look into the memory none; 5,000 numbers take half a megabyte. */
const MAX_ENTRIES = 5000;

/**
 * Telephone numbers by Google's rules. Only the length is held against them: which numbers are given out changes with
 * every release of the rules, and a spelling must not.
 */
export function phoneNumbers(): PhoneNumbers {
	const known = new Map<string, string | undefined>();
	return {
		toE164(raw, country) {
			const key = `${country} ${raw}`;
			if (known.has(key)) return known.get(key);
			const number = spell(raw, country);
			const [oldest] = known.set(key, number).keys();
			if (known.size > MAX_ENTRIES && oldest !== undefined) known.delete(oldest);
			return number;
		},
	};
}

/** Of some nonsense (`+200000…`) each look takes off another digit: that has no one spelling. */
function spell(raw: string, country: string | undefined): string | undefined {
	const number = parse(raw, country);
	return number !== undefined && parse(number, undefined) === number ? number : undefined;
}

function parse(raw: string, country: string | undefined): string | undefined {
	// One that the library does not know is as good as none. The whole text must be the number, not some part of it.
	const dialling = country === undefined ? {} : { defaultCountry: country as CountryCode };
	const number = parsePhoneNumberFromString(raw.replace(TEL, ""), { ...dialling, extract: false });
	return number?.isPossible() ? number.number : undefined;
}
