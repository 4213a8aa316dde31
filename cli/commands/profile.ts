import { Command } from "commander";
import { type ProfileAnswer, type Provenance, profileAnswer, type SeenEvent } from "#contracts/http/profiles.ts";
import { type ApiOptions, apiOf, withApi } from "../options.ts";
import { colours, show, table } from "../terminal.ts";

const PARTS = "identifiers,traits,provenance,segments,events";

/** `tutti profile <namespace:value>`: all that is known of one person. */
export const profile = () =>
	withApi(new Command("profile"))
		.description("show what is known of one person: identifiers, traits, segments, latest events")
		.argument("<identifier>", "such as email:ada@example.com, user_id:u-1 or profile:<id>")
		.action(async (identifier: string, options: ApiOptions) => {
			// A value that ends so would be taken for a question about the identity; a blank at its end says nothing.
			const reference = identifier.endsWith("/identity") ? `${identifier} ` : identifier;
			const path = `/v1/profiles/${encodeURIComponent(reference)}?include=${PARTS}`;
			show(await apiOf(options).get(path, profileAnswer), options, draw);
		});

function draw(profile: ProfileAnswer): string {
	const { identifiers = [], traits = {}, provenance = {}, segments = [], events = [] } = profile;
	return [
		`${colours.bold("profile")} ${profile.profileId}`,
		`${profile.eventCount} events from ${profile.firstSeen} to ${profile.lastSeen}`,
		section("identifiers", ["namespace", "value", "first seen", "sources"], identifiers.map(identifierRow)),
		section(
			"traits",
			["trait", "value", "from"],
			Object.entries(traits).map(([name, value]) => [name, value, originOf(provenance[name])]),
		),
		section(
			"segments",
			["segment", "entered"],
			segments.map(({ id, enteredAt }) => [id, enteredAt]),
		),
		section("latest events", ["time", "type", "event", "source", "message id"], events.slice(0, 10).map(eventRow)),
	].join("\n");
}

const section = (title: string, head: readonly string[], rows: readonly (readonly unknown[])[]) =>
	rows.length === 0 ? `\n${colours.bold(title)}: none` : `\n${colours.bold(title)}\n${table(head, rows)}`;

const identifierRow = (known: NonNullable<ProfileAnswer["identifiers"]>[number]) => [
	known.namespace,
	known.value,
	known.firstSeen,
	known.sources.join(", "),
];

/** Where a trait's value comes from, in a few words: who said it when, or how it is computed. */
function originOf(known: Provenance | undefined): string {
	if (!known) return "";
	const { rule, source, at, declared } = known;
	if ("compute" in rule) return `${rule.compute} (${rule.definition})`;
	return [source, at, declared ? "declared" : "", rule.definition === null ? "" : `(${rule.definition})`]
		.filter((word) => word)
		.join(" ");
}

const eventRow = (event: SeenEvent) => [
	event.timestamp,
	event.type,
	event.event ?? event.name,
	event.source,
	event.messageId,
];
