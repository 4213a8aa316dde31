import { CATALOGUE } from "#contracts/bus/catalogue.ts";
import type { DeliveryEnded } from "#contracts/bus/delivery-ended.ts";
import type { BusEntry } from "#domain/model/ports.ts";
import type { DeliveryState, LoggedDelivery } from "./log-entry.ts";

/** The entries that tell how deliveries ended: one for those that succeeded, one for those that failed. */
export function endedEntries(ended: readonly LoggedDelivery[]): BusEntry[] {
	const deliveries = ended.flatMap(aboutEnd);
	const [succeeded, failed] = [deliveries.filter(isDelivered), deliveries.filter((end) => !isDelivered(end))];
	return [...entry("DeliverySucceeded", succeeded), ...entry("DeliveryFailed", failed)];
}

type End = DeliveryEnded["deliveries"][number];

const isDelivered = ({ state }: End): boolean => state === "delivered";

function entry(detailType: "DeliverySucceeded" | "DeliveryFailed", deliveries: End[]): BusEntry[] {
	const detail: DeliveryEnded = { version: 1, deliveries };
	return deliveries.length === 0 ? [] : [{ source: CATALOGUE[detailType], detailType, detail }];
}

function aboutEnd(log: LoggedDelivery): End[] {
	const { deliveryId, destinationId, action, profileId, news, state, round, attempt } = log;
	if (!isEnd(state)) return [];
	const about = { deliveryId, destinationId, action, profileId, ...news, state, round, attempt, at: log.updatedAt };
	return [log.reason === undefined ? about : { ...about, reason: log.reason }];
}

const isEnd = (state: DeliveryState): state is End["state"] => state !== "waiting" && state !== "retrying";
