import type { Destination, Subscription } from "#contracts/definitions/destination.ts";
import { WEBHOOK } from "#domain/activate/destinations/webhook.ts";
import { isSecretName, secretNames } from "#domain/activate/secrets.ts";
import type { Json, JsonObject } from "#domain/model/json.ts";
import { BOUGHT } from "./bought.ts";
import { checkMapping } from "./check-mapping.ts";
import type { BoughtAction, BoughtField, Chunk, Chunks } from "./chunk.ts";
import { isWebhookSecret } from "./webhook.ts";

/** What is wrong with a definition: where in it, what, and what would be right. */
export type Problem = { readonly path: readonly (string | number)[]; readonly message: string };

/**
 * Whether a destination can work as it is written: its type, settings, actions and mappings, by the destination's own
 * definition. Empty when nothing is wrong. Whether a secret exists and is accepted shows when it is used.
 */
export async function checkDestination(definition: Destination, chunks: Chunks): Promise<Problem[]> {
	if (definition.type === WEBHOOK.type) return checkWebhook(definition);
	const chunk = await chunks(definition.type);
	if (!chunk) {
		const message = `there is no destination type "${definition.type}"; there are: ${list([WEBHOOK.type, ...BOUGHT])}`;
		return [{ path: ["type"], message }];
	}
	return [
		...checkSettings(definition.settings as JsonObject, chunk.definition.authentication?.fields ?? {}),
		...definition.subscriptions.flatMap((subscription, at) =>
			within(["subscriptions", at], checkSubscription(subscription, chunk)),
		),
	];
}

const list = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(", ");

const within = (path: readonly (string | number)[], problems: readonly Problem[]): Problem[] =>
	problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] }));

function checkWebhook({ settings, subscriptions }: Destination): Problem[] {
	const { url, secret } = settings as JsonObject;
	const fields = Object.entries(WEBHOOK.settings).map(([name, label]) => [name, { label, required: true }] as const);
	const problems = checkSettings(settings as JsonObject, Object.fromEntries(fields));
	if (typeof url === "string" && !isReference(url) && !isSafeUrl(url)) {
		problems.push({ path: ["settings", "url"], message: `this is not ${WEBHOOK.settings.url}` });
	}
	if (typeof secret === "string" && !isReference(secret) && !isWebhookSecret(secret)) {
		problems.push({ path: ["settings", "secret"], message: `this is not ${WEBHOOK.settings.secret}` });
	}
	for (const [at, { action, mapping }] of subscriptions.entries()) {
		if (action !== WEBHOOK.action) {
			const message = `a webhook has no action "${action}"; it has "${WEBHOOK.action}"`;
			problems.push({ path: ["subscriptions", at, "action"], message });
		}
		if (Object.keys(mapping).length > 0) {
			const message = "a webhook always sends the whole news: leave the mapping out";
			problems.push({ path: ["subscriptions", at, "mapping"], message });
		}
	}
	return problems;
}

const isReference = (text: string): boolean => secretNames(text).length > 0;

/** People's data is sent in the clear to nobody but this machine. */
function isSafeUrl(text: string): boolean {
	const url = URL.parse(text);
	const isHere = url !== null && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
	return url?.protocol === "https:" || (isHere && url.protocol === "http:");
}

type Fields = Readonly<Record<string, BoughtField>>;

function checkSettings(settings: JsonObject, fields: Fields): Problem[] {
	const unknown = Object.keys(settings).filter((name) => !Object.hasOwn(fields, name));
	const unusable = Object.entries(settings).flatMap(([name, value]) =>
		secretNames(value).flatMap((secret) => (isSecretName(secret) ? [] : [{ name, secret }])),
	);
	return [
		...missing(settings, fields).map(([name, field]) => ({
			path: ["settings", name],
			message: `this setting is missing: ${field.label}${usually(field.default)}`,
		})),
		...unknown.map((name) => ({
			path: ["settings", name],
			message: `there is no setting "${name}"; there are: ${list(Object.keys(fields))}`,
		})),
		...unusable.map(({ name, secret }) => ({
			path: ["settings", name],
			message: `"${secret}" cannot be the name of a secret: letters, digits, - and _, and not "vault", which is Tutti's own`,
		})),
	];
}

/** `required` may also be a rule on other fields, which only an event can decide: then it is checked when it is sent. */
const missing = (given: JsonObject, fields: Fields): [string, BoughtField][] =>
	Object.entries(fields).filter(([name, { required }]) => required === true && isEmpty(given[name]));

const isEmpty = (value: Json | undefined): boolean => value === undefined || value === null || value === "";

const usually = (value: unknown): string => (value === undefined ? "" : `; usually ${JSON.stringify(value)}`);

function checkSubscription({ action: name, mapping }: Subscription, { definition, transform }: Chunk): Problem[] {
	const action = Object.hasOwn(definition.actions, name) ? definition.actions[name] : undefined;
	if (!action) {
		const message = `there is no action "${name}"; there are: ${list(Object.keys(definition.actions))}`;
		return [{ path: ["action"], message }];
	}
	return within(["mapping"], checkFields(mapping as JsonObject, action)).concat(
		within(["mapping"], checkMapping(mapping as JsonObject, transform)),
	);
}

/** Keys that mapping-kit and the actions' runner look at themselves. */
const SYNC_MODE = "__segment_internal_sync_mode";
const INTERNAL = [SYNC_MODE, "__segment_internal_matching_key", "__segment_internal_directive"];

function checkFields(mapping: JsonObject, { fields, syncMode, hooks = {} }: BoughtAction): Problem[] {
	const known = [...Object.keys(fields), ...Object.keys(hooks), ...INTERNAL];
	const unknown = Object.keys(mapping).filter((name) => !known.includes(name));
	const modes = syncMode?.choices.map(({ value }) => value) ?? [];
	const mode = mapping[SYNC_MODE];
	return [
		...missing(mapping, fields).map(([name, field]) => ({
			path: [name],
			message: `this field is missing: ${field.label}${usually(field.default)}`,
		})),
		...unknown.map((name) => ({
			path: [name],
			message: `the action has no field "${name}"; it has: ${list(Object.keys(fields))}`,
		})),
		...(modes.length > 0 && !modes.some((choice) => choice === mode)
			? [{ path: [SYNC_MODE], message: `this action must be told how to write: one of ${list(modes)}` }]
			: []),
	];
}
