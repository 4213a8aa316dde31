import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_IDENTITY, NORMALISERS } from "#contracts/definitions/identity.ts";
import { normalise, normaliserOf } from "#domain/model/normalise.ts";
import { countryOf } from "#domain/model/phone-numbers.ts";
import { phones } from "#test/support/phones.ts";
import { event, rulesOf } from "./an-event.ts";

const spell = (raw: Parameters<typeof normalise>[0], normaliser: Parameters<typeof normalise>[1], country?: string) =>
	normalise(raw, normaliser, { phones, country });

describe("text@v1 and lower@v1", () => {
	it.each([
		{ raw: " Ab ", text: "Ab", lower: "ab" },
		{ raw: 12, text: "12", lower: "12" },
		{ raw: "ÄÖ\u00a0", text: "ÄÖ", lower: "äö" },
		{ raw: "x".repeat(512), text: "x".repeat(512), lower: "x".repeat(512) },
	])("spell $raw as $text and $lower", ({ raw, text, lower }) => {
		expect(spell(raw, "text@v1")).toEqual({ value: text });
		expect(spell(raw, "lower@v1")).toEqual({ value: lower });
	});
});

describe("email@v2", () => {
	it.each([
		{ raw: " Ada@Example.ORG ", value: "ada@example.org" },
		{ raw: "mailto:Ada@example.org", value: "ada@example.org" },
		{ raw: "MAILTO: ada@example.org?subject=Hi", value: "ada@example.org" },
		{ raw: "ada@München.de", value: "ada@xn--mnchen-3ya.de" },
		{ raw: "ada@xn--mnchen-3ya.de", value: "ada@xn--mnchen-3ya.de" },
		{ raw: "ada@mu\u0308nchen.de", value: "ada@xn--mnchen-3ya.de" },
		{ raw: "ａｄａ＠ｅｘａｍｐｌｅ．ｏｒｇ", value: "ada@example.org" },
		{ raw: "ada@例え。jp", value: "ada@xn--r8jz45g.jp" },
		{ raw: "\u03aa\u0301@example.org", value: "\u0390@example.org" }, // lower case undoes NFKC here
		{ raw: "jürgen@example.org", value: "jürgen@example.org" },
		{ raw: "o'hara+shop@example.org", value: "o'hara+shop@example.org" },
		{ raw: "ada@example", value: "ada@example" },
	])("spells $raw as $value", ({ raw, value }) => {
		expect(spell(raw, "email@v2")).toEqual({ value });
	});

	it.each([
		"n/a",
		"@example.org",
		"ada@",
		"a@b@c.d",
		"a da@example.org",
		"ada@ex ample.org",
		"ada@ä:80",
		"ada@ä/x",
		"ada@1。ä.2",
		"ada@a!b",
	])("takes %s for no address", (raw) => {
		expect(spell(raw, "email@v2")).toEqual({ fault: "not_an_email" });
	});
});

describe("phone@v1", () => {
	it.each([
		{ raw: "+49 30 1234567", country: undefined, value: "+49301234567" },
		{ raw: "+49 (0)30 / 123-45.67", country: "US", value: "+49301234567" },
		{ raw: "030 1234567", country: "DE", value: "+49301234567" },
		{ raw: "0049 30 1234567", country: "DE", value: "+49301234567" },
		{ raw: "tel:+49-30-1234567", country: undefined, value: "+49301234567" },
		{ raw: "06 12 34 56 78", country: "FR", value: "+33612345678" },
		{ raw: "(201) 555-0123", country: "US", value: "+12015550123" },
		{ raw: 2015550123, country: "US", value: "+12015550123" },
	])("spells $raw dialled in $country as $value", ({ raw, country, value }) => {
		expect(spell(raw, "phone@v1", country)).toEqual({ value });
	});

	it.each([
		{ raw: "030 1234567", country: undefined },
		{ raw: "030 1234567", country: "XX" },
		{ raw: "12", country: "DE" },
		{ raw: "call 030 1234567", country: "DE" },
		{ raw: "+49", country: "DE" },
		{ raw: "+200000000000", country: "DE" }, // without the last digit the next time, and so on
		{ raw: "9".repeat(300), country: "DE" },
		{ raw: "constructor", country: "__proto__" },
		{ raw: { number: "030 1234567" }, country: "DE" },
	])("takes $raw dialled in $country for no number", ({ raw, country }) => {
		expect(spell(raw, "phone@v1", country)).toEqual({ fault: "not_a_phone_number" });
	});

	it("remembers what it was asked, and for which country", () => {
		expect(spell("0612345678", "phone@v1", "FR")).toEqual({ value: "+33612345678" });
		expect(spell("0612345678", "phone@v1", "NL")).toEqual({ value: "+31612345678" });
		expect(spell("0612345678", "phone@v1", "FR")).toEqual({ value: "+33612345678" });
	});
});

describe("every normaliser", () => {
	it.each(NORMALISERS)("%s says nothing of what was not said", (normaliser) => {
		expect([undefined, null, "", " \n"].map((raw) => spell(raw, normaliser))).toEqual(Array(4).fill(undefined));
	});

	it.each(NORMALISERS)("%s takes no document, and nothing that is no text", (normaliser) => {
		expect(spell("x".repeat(10_240), normaliser)).toEqual({ fault: "identifier_too_long" });
		for (const raw of [true, {}, ["a"], 0.5, 1e300]) {
			expect(spell(raw, normaliser)).toEqual({ fault: expect.stringMatching(/^not_an?_/) });
		}
	});

	const anAddress = fc
		.tuple(fc.string({ unit: "binary", minLength: 1 }), fc.string({ unit: "binary", minLength: 1 }))
		.map(([local, domain]) => `${local}@${domain}`);
	const aNumber = fc.stringMatching(/^\+?[0-9 ()/.-]{4,20}$/);
	const aWord = fc.oneof(fc.string({ unit: "binary" }), fc.string(), anAddress, fc.emailAddress(), aNumber);

	it("changes nothing the second time, wherever it is dialled", () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...NORMALISERS),
				aWord,
				fc.constantFrom("DE", "US", "NL", undefined),
				(normaliser, raw, country) => {
					const once = spell(raw, normaliser, country);
					fc.pre(once !== undefined && "value" in once);
					expect(spell(once.value, normaliser, country)).toEqual(once);
					expect(spell(once.value, normaliser, "FR")).toEqual(once);
				},
			),
			{ numRuns: 2000 },
		);
	});
});

describe("normaliserOf", () => {
	it("has its own for e-mails and numbers, text for the others, and what the rules say before that", () => {
		const spelled = (namespace: string) => normaliserOf(namespace, DEFAULT_IDENTITY);
		expect(["email", "phone", "user_id", "crm_id"].map(spelled)).toEqual([
			"email@v2",
			"phone@v1",
			"text@v1",
			"text@v1",
		]);
		expect(normaliserOf("email", rulesOf({ namespace: "email", normaliser: "text@v1" }))).toBe("text@v1");
	});
});

describe("countryOf", () => {
	it.each([
		{ context: { location: { country: "de" }, locale: "en-US" }, country: "DE" },
		{ context: { location: { country: "Germany" }, locale: "en-US" }, country: "US" },
		{ context: { location: "DE", locale: "de_AT" }, country: "AT" },
		{ context: { locale: "zh-Hans-CN" }, country: "CN" },
		{ context: { locale: "de-DE-1996" }, country: "DE" },
		{ context: { locale: "de_DE.UTF-8" }, country: "DE" },
		{ context: { locale: "de" }, country: undefined },
		{ context: { locale: "de-Latn" }, country: undefined },
		{ context: { locale: ["de-DE"] }, country: undefined },
		{ context: { ip: "203.0.113.7" }, country: undefined },
	])("finds $country in $context", ({ context, country }) => {
		expect(countryOf(event({ context }))).toBe(country);
	});
});
