import { type Chance, chance } from "#demo/random.ts";
import type { JsonObject } from "#domain/model/json.ts";

/** A message as a sender gives it to `/v1/batch`. */
export type SentMessage = {
	readonly messageId: string;
	readonly timestamp: string;
} & Said;

/** What a message says beside its id and its time. */
type Said = {
	readonly type: "track" | "identify" | "page" | "alias" | "group";
	readonly event?: string;
	readonly name?: string;
	readonly userId?: string;
	readonly anonymousId?: string;
	readonly previousId?: string;
	readonly groupId?: string;
	readonly properties?: JsonObject;
	readonly traits?: JsonObject;
	readonly context?: {
		readonly traits?: { readonly email: string };
		readonly externalIds?: readonly { readonly id: string; readonly type: string }[];
	};
};

const MINUTE = 60_000;
const BEGIN = Date.UTC(2026, 0, 10, 8);

/**
 * The lives of some people, by a seed: they share tablets, sign in late or never, come back on other devices, change
 * their e-mail address or hand it on, are merged by an alias, belong to a company; tills know their phone numbers and cards.
 * In the order of time; some things happen in the same moment.
 */
export function livesOf({ seed = 1, people = 14, events = 300 } = {}): SentMessage[] {
	const luck = chance(seed);
	const everybody = Array.from({ length: people }, (_, n) => aPerson(n, luck));
	const lives = Array.from({ length: events }, (_, n): SentMessage => {
		const person = luck.pick(everybody);
		const at = new Date(BEGIN + Math.floor((n * 7) / 2) * MINUTE).toISOString();
		return { messageId: `life-${seed}-${n}`, timestamp: at, ...something(person, n / events, luck) };
	});
	return lives;
}

type Person = {
	readonly name: string;
	readonly devices: readonly string[];
	/** When in the story they sign in for the first time, 0 to 1; never where it is more. */
	readonly signsInAt: number;
	readonly emails: readonly string[];
	readonly card: string;
	readonly phone: string;
};

const TABLETS = ["tablet-1", "tablet-2", "tablet-3"];

function aPerson(n: number, luck: Chance): Person {
	const name = `person-${n}`;
	// Every fifth shares an address with the one before: a mother and her child, or one that changed hands.
	const own = n % 5 === 4 ? `person-${n - 1}@shop.example` : `${name}@shop.example`;
	return {
		name,
		devices: [
			`phone-${n}`,
			...(luck.happens(60) ? [`laptop-${n}`] : []),
			...(luck.happens(40) ? [luck.pick(TABLETS)] : []),
		],
		signsInAt: luck.between(0, 13) / 10,
		emails: luck.happens(30) ? [own, `${name}@new.example`] : [own],
		card: `card-${n}`,
		phone: `+49 30 90182${100 + n}`,
	};
}

/** One thing a person does, `when` (0 to 1) in the story. */
function something(person: Person, when: number, luck: Chance): Said {
	const anonymousId = luck.pick(person.devices);
	const isKnown = when >= person.signsInAt;
	const who = { anonymousId, ...(isKnown && luck.happens(70) && { userId: person.name }) };
	const kind = luck.between(1, 100);
	if (kind <= 25 && isKnown)
		return { type: "identify", anonymousId, userId: person.name, traits: traits(person, when, luck) };
	if (kind <= 30 && isKnown) return { type: "alias", previousId: luck.pick(person.devices), userId: person.name };
	if (kind <= 34 && isKnown)
		return {
			type: "group",
			userId: person.name,
			groupId: luck.pick(["acme", "umbrella"]),
			traits: { plan: luck.pick(["free", "team"]) },
		};
	if (kind <= 40) return { type: "track", event: "Newsletter Opened", ...atTheTill(person, when, luck) };
	if (kind <= 60) return { type: "track", event: "Order Completed", ...who, properties: order(luck) };
	if (kind <= 70) return { type: "page", name: "Home", ...who };
	return {
		type: "track",
		event: "Product Viewed",
		...who,
		properties: { product_id: `p-${luck.between(1, 9)}`, category: luck.pick(["shoes", "coats"]) },
	};
}

const order = (luck: Chance): JsonObject => ({
	order_id: luck.hex(8),
	total: luck.between(5, 90) + 0.1,
	currency: "EUR",
	channel: "web",
});

function traits(person: Person, when: number, luck: Chance): JsonObject {
	return {
		email: emailOf(person, when),
		...(luck.happens(40) && { phone: person.phone }),
		...(luck.happens(40) && { tier: luck.pick(["silver", "gold"]) }),
		...(luck.happens(20) && { tier: null }),
		...(luck.happens(30) && { newsletter: luck.happens(50) }),
		city: luck.pick(["Rome", "Lyon", "Kiel"]),
	};
}

/** The second address, if there is one, from the middle of the story on. */
const emailOf = ({ emails }: Person, when: number): string => (when > 0.5 ? emails.at(-1) : emails[0]) ?? "";

/** By a card, an address or a device alone, as tills and newsletters know people. */
function atTheTill(person: Person, when: number, luck: Chance): Pick<Said, "anonymousId" | "context"> {
	const anonymousId = luck.pick(person.devices);
	const context: Said["context"] = luck.happens(50)
		? { traits: { email: emailOf(person, when) } }
		: { externalIds: [{ id: person.card, type: "loyalty_id" }] };
	return { anonymousId, context };
}
