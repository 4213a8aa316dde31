import { Command } from "commander";
import { type ProfileAnswer, type Provenance, profileAnswer, type SeenEvent } from "#contracts/http/profiles.ts";
import { type ApiOptions, apiOf, withApi } from "../options.ts";
import { colours, count, show, table } from "../terminal.ts";

const PARTS = "identifiers,traits,provenance,segments,events";

/** How paths end that ask something else of a profile. */
const QUESTIONS = /\/identity$|\/segments\/[^/]+\/explain$/;

/** `tutti profile <namespace:value>`: all that is known of one person. */
export const profile = () =>
	withApi(new Command("profile"))
		.description("show what is known of one person: identifiers, traits, segments, latest events")
		.argument("<identifier>", "such as email:ada@example.com, user_id:u-1 or profile:<id>")
		.option("--as-of <time>", "as it was known at that moment, such as 2026-11-01T00:00:00Z; without segments")
		.action(async (identifier: string, { asOf, ...options }: ApiOptions & { readonly asOf?: string }) => {
			// A value that ends so would be taken for another question; a blank at its end says nothing.
			const reference = QUESTIONS.test(identifier) ? `${identifier} ` : identifier;
			const query = new URLSearchParams({ include: PARTS, ...(asOf !== undefined && { asOf }) });
			const path = `/v1/profiles/${encodeURIComponent(reference)}?${query.toString()}`;
			show(await apiOf(options).get(path, profileAnswer), options, draw);
		});

function draw(profile: ProfileAnswer): string {
	const { identifiers = [], traits = {}, provenance = {}, segments = [], events = [] } = profile;
	return [
		`${colours.bold("profile")} ${profile.profileId}`,
		`${count(profile.eventCount, "event")} from ${profile.firstSeen} to ${profile.lastSeen}`,
		...(profile.asOf === undefined ? [] : [colours.yellow(`as it was known on ${profile.asOf}`)]),
		section("identifiers", ["namespace", "value", "first seen", "sources"], identifiers.map(identifierRow)),
		section(
			"traits",
			["trait", "value", "from"],
			Object.entries(traits).map(([name, value]) => [name, value, originOf(provenance[name])]),
		),
		...(profile.asOf === undefined
			? [section("segments", ["segment", "entered", "leaves by itself"], segments.map(segmentRow))]
			: []),
		section("latest events", ["time", "type", "event", "source", "message id"], events.slice(0, 10).map(eventRow)),
	].join("\n");
}

const section = (title: string, head: readonly string[], rows: readonly (readonly unknown[])[]) =>
	rows.length === 0 ? `\n${colours.bold(title)}: none` : `\n${colours.bold(title)}\n${table(head, rows)}`;

const segmentRow = ({ id, enteredAt, nextChangeAt }: NonNullable<ProfileAnswer["segments"]>[number]) => [
	id,
	enteredAt,
	nextChangeAt,
];

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
