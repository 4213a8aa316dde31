import type { IdentityRules, Normaliser } from "#contracts/definitions/identity.ts";
import type { Json } from "./json.ts";
import type { PhoneNumbers } from "./phone-numbers.ts";
import type { Violation } from "./violation.ts";

/** Longer values are no identifiers but mistakes (a whole document as user id); an e-mail has 254 at most (RFC 5321). */
export const MAX_LENGTH = 512;

const EMAIL = /^(?<local>[^\s@]+)@(?<domain>[^\s@]+)$/;
const ASCII = /^[!-~]*$/;
const MAILTO = /^(?:mailto:\s*)+(?<address>[^?]*)/;
/** What a host's name may have in ASCII, and nothing that means something in a URL. */
const HOST = /^[a-z0-9._-]+$/;
const FULL_STOPS = /[\u3002\uff61]/g;

/** The one spelling of a value, or why it has none. */
export type Spelling = { readonly value: string } | { readonly fault: Fault };
export type Fault = Extract<
	Violation["kind"],
	"identifier_too_long" | "not_an_identifier" | "not_an_email" | "not_a_phone_number"
>;

/** What is known beside the value itself. `country`: whose numbers those without a country code are. */
export type Dialling = { readonly phones: PhoneNumbers; readonly country: string | undefined };

/** How the values of a namespace are spelled by these rules. */
export function normaliserOf(namespace: string, { identifiers }: IdentityRules): Normaliser {
	const given = identifiers.find((type) => type.namespace === namespace)?.normaliser;
	if (given) return given;
	if (namespace === "email") return "email@v2";
	return namespace === "phone" ? "phone@v1" : "text@v1";
}

/**
 * The one spelling of an identifier's value, for events and for whoever asks by it. To normalise twice changes nothing.
 * Undefined where nothing was said: absent, null, or blank.
 *
 * | normaliser | does |
 * |---|---|
 * | `text@v1` | takes blanks off both ends; a whole number becomes text |
 * | `lower@v1` | the same, in lower case |
 * | `email@v2` | Unicode's NFKC, blanks and `mailto:` off, lower case, the domain in ASCII (`münchen.de` is `xn--mnchen-3ya.de`) |
 * | `phone@v1` | E.164: `030 123456` dialled in Germany is `+4930123456` |
 *
 * A version never changes its meaning: seed ids, and with them profile ids and the archive's rows, are made of what it
 * answers. What is to be spelled otherwise gets a new version (`email@v1`, no longer to be had, took blanks off and wrote
 * lower case, no more), and each identifier keeps which one spelled it.
 */
export function normalise(raw: Json | undefined, normaliser: Normaliser, dialling: Dialling): Spelling | undefined {
	const said = typeof raw === "number" && Number.isSafeInteger(raw) ? String(raw) : raw;
	if (said === undefined || said === null) return undefined;
	if (typeof said !== "string") return { fault: FAULTS[normaliser] };
	if (said.length > MAX_LENGTH) return { fault: "identifier_too_long" };
	const text = said.trim();
	if (text === "") return undefined;
	const value = SPELL[normaliser](text, dialling);
	if (value === undefined || value === "") return { fault: FAULTS[normaliser] };
	return value.length > MAX_LENGTH ? { fault: "identifier_too_long" } : { value };
}

const SPELL: { readonly [N in Normaliser]: (text: string, dialling: Dialling) => string | undefined } = {
	"text@v1": (text) => text,
	"lower@v1": (text) => text.toLowerCase(),
	"email@v2": spellEmail,
	"phone@v1": (text, { phones, country }) => phones.toE164(text, country),
};

const FAULTS: { readonly [N in Normaliser]: Fault } = {
	"text@v1": "not_an_identifier",
	"lower@v1": "not_an_identifier",
	"email@v2": "not_an_email",
	"phone@v1": "not_a_phone_number",
};

function spellEmail(text: string): string | undefined {
	// Lower case can undo NFKC for some letters: so once more. ASCII, which nearly all is, needs neither.
	const plain = ASCII.test(text) ? text.toLowerCase() : text.normalize("NFKC").toLowerCase().normalize("NFKC").trim();
	const address = MAILTO.exec(plain)?.groups?.address?.trim() ?? plain;
	const { local, domain } = EMAIL.exec(address)?.groups ?? {};
	if (local === undefined || domain === undefined) return undefined;
	const host = asciiHost(domain.replace(FULL_STOPS, "."));
	return host === undefined ? undefined : `${local}@${host}`;
}

/** A domain as the name system has it (UTS 46, by the URL standard, which every runtime brings along). */
function asciiHost(domain: string): string | undefined {
	if (HOST.test(domain)) return domain;
	try {
		const { hostname } = new URL(`http://${domain}`);
		return HOST.test(hostname) && URL_PUNCTUATION.every((mark) => !domain.includes(mark)) ? hostname : undefined;
	} catch {
		return undefined; // no host's name
	}
}

const URL_PUNCTUATION = Array.from("/:?#@\\[]%");
