import { generateShop, type Message } from "#demo/shop.ts";
import type { JsonObject } from "#domain/model/json.ts";

/** Made before anything is timed: it takes most of a second. */
const { events } = generateShop({ customers: 3000, now: new Date() });

/**
 * The shop's messages round and round, each time of other people: whatever points at somebody is another in each round,
 * or the rounds would grow into one another. Duplicates within a round stay duplicates.
 */
export function* endless(): Generator<Message> {
	for (const { message } of events) yield message;
	for (let round = 1; ; round++) {
		for (const { message } of events) yield ofRound(message, round);
	}
}

function ofRound({ userId, anonymousId, traits, ...message }: Message, round: number): Message {
	const { traits: given, ...context } = message.context;
	return {
		...message,
		messageId: `${message.messageId}-${round}`,
		...(userId && { userId: `${userId}-${round}` }),
		...(anonymousId && { anonymousId: `${anonymousId}-${round}` }),
		...(traits && { traits: renamed(traits, round) }),
		context: { ...context, ...(given && { traits: renamed(given as JsonObject, round) }) }, // as the shop makes them
	};
}

function renamed(traits: JsonObject, round: number): JsonObject {
	const { email, phone } = traits;
	return {
		...traits,
		...(typeof email === "string" && { email: `${round}.${email}` }),
		...(typeof phone === "string" && { phone: phoneOf(phone, round) }),
	};
}

/** Another mobile number of as many digits: `+33 6 12 34 56 78`, counted on from there. */
function phoneOf(phone: string, round: number): string {
	const number = Number(phone.replaceAll(" ", "").slice(-8)) + round * 1_000_003;
	return `+33 6 ${String(number % 1e8).padStart(8, "0")}`;
}
