import type { Json, JsonObject } from "#domain/model/json.ts";
import type { Chance } from "./random.ts";

/** One message as an SDK puts it into a batch: the Segment spec's fields. */
export type Message = {
	readonly type: "track" | "identify" | "page" | "screen";
	readonly messageId: string;
	/** When it happened, ISO 8601 UTC. */
	readonly timestamp: string;
	readonly userId?: string;
	readonly anonymousId?: string;
	readonly event?: string;
	readonly name?: string;
	readonly properties?: JsonObject;
	readonly traits?: JsonObject;
	readonly context: { readonly [key: string]: Json };
};

/** A message on its way: which source's key it is sent with, and when it comes in. */
export type ShopEvent = {
	readonly source: "web" | "server";
	/** Milliseconds since 1970: when Tutti would have received it. Late ones come long after they happened. */
	readonly arrivesAt: number;
	readonly message: Message;
};

type Who = { readonly userId?: string; readonly anonymousId?: string };
type What = Pick<Message, "type"> & Partial<Pick<Message, "event" | "name" | "properties" | "traits">>;

/** Writes down what one visitor does, a few seconds or minutes between one thing and the next. */
export class Visit {
	readonly events: ShopEvent[] = [];
	readonly #chance: Chance;
	readonly #source: ShopEvent["source"];
	readonly #context: Message["context"];
	#at: number;

	constructor(options: { chance: Chance; source: ShopEvent["source"]; context: Message["context"]; at: number }) {
		this.#chance = options.chance;
		this.#source = options.source;
		this.#context = options.context;
		this.#at = options.at;
	}

	note(who: Who, what: What, context: Message["context"] = {}): void {
		this.#at += this.#chance.between(2_000, 90_000);
		const message: Message = {
			...what,
			messageId: `shop-${this.#chance.hex(24)}`,
			timestamp: new Date(this.#at).toISOString(),
			...who,
			context: { ...this.#context, ...context },
		};
		this.events.push({ source: this.#source, arrivesAt: this.#at + this.#chance.between(50, 4_000), message });
	}
}
