import { describe, expect, it } from "vitest";
import { checkDestination } from "#adapters/destinations/check-destination.ts";
import { localChunks } from "#adapters/destinations/local-chunks.ts";
import { aDestination } from "#test/domain/activate/examples.ts";

const chunks = localChunks();
const on = { segment: "big-spenders" };
const SECRET = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
const webhook = (more: object = {}) =>
	aDestination({ settings: { url: "https://crm.example", secret: SECRET }, ...more });
const braze = (more: object = {}) =>
	aDestination({
		type: "braze",
		settings: { api_key: "{{secret:braze}}", endpoint: "https://rest.fra-01.braze.eu" },
		subscriptions: [
			{
				on,
				action: "updateUserProfile",
				mapping: {
					external_id: { "@path": "$.userId" },
					custom_attributes: { vip: { "@path": "$.properties.big-spenders" } },
				},
			},
		],
		...more,
	});
const doing = (action: string, mapping: object) => braze({ subscriptions: [{ on, action, mapping }] });
const TRACK = { name: { "@path": "$.event" }, time: { "@path": "$.timestamp" } };

describe("checkDestination", () => {
	it.each([
		{ what: "a webhook with its secret in it", definition: webhook() },
		{
			what: "a webhook with its secret elsewhere",
			definition: webhook({ settings: { url: "{{secret:url}}", secret: "{{secret:s}}" } }),
		},
		{
			what: "a webhook on this machine",
			definition: webhook({ settings: { url: "http://localhost:9000/in", secret: SECRET } }),
		},
		{ what: "a bought destination", definition: braze() },
		{
			what: "an action with a way to write",
			definition: doing("trackEvent2", { ...TRACK, __segment_internal_sync_mode: "add" }),
		},
		{
			what: "a directive that fails only for want of an event",
			definition: doing("trackEvent", {
				...TRACK,
				email: { "@case": { operator: "lower", value: { "@path": { "@path": "$.x" } } } },
			}),
		},
	])("finds nothing wrong with $what", async ({ definition }) => {
		expect(await checkDestination(definition, chunks)).toEqual([]);
	});

	it.each([
		{
			what: "an unknown type",
			definition: aDestination({ type: "brase" }),
			path: ["type"],
			says: /"brase".*"webhook", "braze"/,
		},
		{
			what: "a webhook without a url",
			definition: webhook({ settings: { secret: SECRET } }),
			path: ["settings", "url"],
			says: /missing.*https/,
		},
		{
			what: "a webhook without a secret",
			definition: webhook({ settings: { url: "https://crm.example" } }),
			path: ["settings", "secret"],
			says: /missing.*whsec_/,
		},
		{
			what: "a webhook in the clear",
			definition: webhook({ settings: { url: "http://crm.example", secret: SECRET } }),
			path: ["settings", "url"],
			says: /https:/,
		},
		{
			what: "a webhook to nowhere",
			definition: webhook({ settings: { url: "crm", secret: SECRET } }),
			path: ["settings", "url"],
			says: /https:/,
		},
		{
			what: "a weak secret",
			definition: webhook({ settings: { url: "https://crm.example", secret: "hunter2" } }),
			path: ["settings", "secret"],
			says: /24 to 64 random bytes/,
		},
		{
			what: "the key that seals identifiers",
			definition: webhook({ settings: { url: "https://crm.example", secret: "{{secret:vault}}" } }),
			path: ["settings", "secret"],
			says: /"vault" cannot be/,
		},
		{
			what: "a secret's name that leads elsewhere",
			definition: webhook({ settings: { url: "https://crm.example", secret: "{{secret:../other}}" } }),
			path: ["settings", "secret"],
			says: /"\.\.\/other" cannot be.*letters, digits/,
		},
		{
			what: "a setting no webhook has",
			definition: webhook({ settings: { url: "https://crm.example", secret: SECRET, token: 1 } }),
			path: ["settings", "token"],
			says: /"url", "secret"/,
		},
		{
			what: "an action no webhook has",
			definition: webhook({ subscriptions: [{ on, action: "post" }] }),
			path: ["subscriptions", 0, "action"],
			says: /"post".*"send"/,
		},
		{
			what: "a mapping for a webhook",
			definition: webhook({ subscriptions: [{ on }, { on, mapping: { a: 1 } }] }),
			path: ["subscriptions", 1, "mapping"],
			says: /leave the mapping out/,
		},
		{
			what: "a missing setting",
			definition: braze({ settings: { api_key: "{{secret:braze}}" } }),
			path: ["settings", "endpoint"],
			says: /REST Endpoint; usually "https:/,
		},
		{
			what: "an unknown setting",
			definition: braze({ settings: { api_key: "k", endpoint: "https://x", apikey: "k" } }),
			path: ["settings", "apikey"],
			says: /"api_key", "app_id", "endpoint"/,
		},
		{
			what: "an unknown action",
			definition: doing("send", {}),
			path: ["subscriptions", 0, "action"],
			says: /"send".*"updateUserProfile", "trackEvent"/,
		},
		{
			what: "an action by a name every object has",
			definition: doing("constructor", {}),
			path: ["subscriptions", 0, "action"],
			says: /"constructor"/,
		},
		{
			what: "a missing field",
			definition: doing("trackEvent", { time: 1 }),
			path: ["subscriptions", 0, "mapping", "name"],
			says: /Event Name; usually \{"@path":"\$\.event"\}/,
		},
		{
			what: "an unknown field",
			definition: doing("trackEvent", { ...TRACK, externalId: "x" }),
			path: ["subscriptions", 0, "mapping", "externalId"],
			says: /"external_id"/,
		},
		{
			what: "an unknown directive",
			definition: doing("trackEvent", { ...TRACK, email: { "@pth": "$.traits.email" } }),
			path: ["subscriptions", 0, "mapping", "email"],
			says: /@pth.*@path @template/,
		},
		{
			what: "a directive used wrongly",
			definition: doing("trackEvent", { ...TRACK, email: { "@replace": { value: "x" } } }),
			path: ["subscriptions", 0, "mapping", "email", "@replace"],
			says: /pattern/,
		},
		{
			what: "an action that must be told how to write",
			definition: doing("trackEvent2", TRACK),
			path: ["subscriptions", 0, "mapping", "__segment_internal_sync_mode"],
			says: /"add", "update"/,
		},
	])("finds $what, where it is, and says what would be right", async ({ definition, path, says }) => {
		const problems = await checkDestination(definition, chunks);
		expect(problems).toHaveLength(1);
		expect(problems[0]?.path).toEqual(path);
		expect(problems[0]?.message).toMatch(says);
	});

	it("finds everything at once", async () => {
		const definition = braze({
			settings: {},
			subscriptions: [
				{ on, action: "trackEvent" },
				{ on, action: "nope" },
			],
		});
		expect((await checkDestination(definition, chunks)).map(({ path }) => path.join("."))).toEqual([
			"settings.api_key",
			"settings.endpoint",
			"subscriptions.0.mapping.name",
			"subscriptions.0.mapping.time",
			"subscriptions.1.action",
		]);
	});
});
