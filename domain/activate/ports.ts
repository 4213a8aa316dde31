import type { JsonObject } from "#domain/model/json.ts";
import type { News } from "./delivery.ts";
import type { DeliveryState, LoggedDelivery } from "./log-entry.ts";
import type { Verdict } from "./verdict.ts";

type DeliveryQuery = {
	readonly destinationId: string;
	readonly state?: DeliveryState;
	readonly limit: number;
	readonly cursor?: string;
};

/** What became of each delivery. Kept for 30 days. */
export interface DeliveryLog {
	/** Those of these ids that the log knows. */
	known(deliveryIds: readonly string[]): Promise<ReadonlySet<string>>;
	/** Enters new deliveries. One that is there already stays as it is. */
	open(deliveries: readonly LoggedDelivery[]): Promise<void>;
	read(deliveryId: string): Promise<LoggedDelivery | undefined>;
	/** Changes one as it stands, or `fresh` when it is not there yet; `change` is asked again when somebody got in between. */
	change(fresh: LoggedDelivery, change: (log: LoggedDelivery) => LoggedDelivery): Promise<void>;
	/** Newest first. A page may hold fewer than `limit`, and the last one may be empty. */
	list(query: DeliveryQuery): Promise<{ readonly deliveries: readonly LoggedDelivery[]; readonly cursor?: string }>;
	/** The deliveries an event caused, itself or through a segment. */
	ofMessage(messageId: string): Promise<readonly LoggedDelivery[]>;
}

/** What a destination is asked to do, once. */
export type Order = {
	readonly deliveryId: string;
	/** The destination's, with its secrets filled in. */
	readonly settings: JsonObject;
	readonly action: string;
	readonly mapping: JsonObject;
	readonly news: News;
	/** Now, the time of this attempt. */
	readonly at: Date;
};

/** Everything we can send to, by type. */
export interface Destinations {
	/** Sends, and says what came of it. A type or an action that is not there is `refused`. */
	send(type: string, order: Order): Promise<Verdict>;
}
