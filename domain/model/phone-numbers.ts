import type { CollectedEvent } from "./event.ts";
import type { Json } from "./json.ts";

/** Spells telephone numbers in the one way that the whole world can dial. */
export interface PhoneNumbers {
	/**
	 * The number in E.164, such as `+49301234567`; undefined for what cannot be one. `country` (ISO 3166-1, `DE`) is where
	 * the number is dialled when it does not say its country itself; without it such a number cannot be told.
	 */
	toE164(raw: string, country: string | undefined): string | undefined;
}

const COUNTRY = /^[A-Za-z]{2}$/;
/** Language, perhaps a script, and the region: `de-DE`, `de_DE`, `zh-Hans-CN`. */
const REGION = /^[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?[-_](?<region>[A-Za-z]{2})(?:$|[-_.@])/;

/**
 * Where the person of an event dials from, as far as the event says it: `context.location.country`, else the region of
 * `context.locale`. Never by the address the event came from: that is where a person is, not whose numbers he writes.
 */
export function countryOf({ context }: CollectedEvent): string | undefined {
	const { location, locale } = context;
	const country = isObject(location) ? location.country : undefined;
	if (typeof country === "string" && COUNTRY.test(country)) return country.toUpperCase();
	return typeof locale === "string" ? REGION.exec(locale)?.groups?.region?.toUpperCase() : undefined;
}

const isObject = (value: Json | undefined): value is { readonly [field: string]: Json } =>
	typeof value === "object" && value !== null && !Array.isArray(value);
