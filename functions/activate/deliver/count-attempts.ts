import type { Destinations } from "#domain/activate/ports.ts";
import type { Metrics } from "#functions/shared/metrics.ts";

/** Destinations that count how often they were sent to, and how often that was not taken. For one batch. */
export function countAttempts(destinations: Destinations) {
	let attempts = 0;
	let failed = 0;
	const counting: Destinations = {
		async send(...order) {
			attempts++;
			const verdict = await destinations.send(...order);
			if (verdict.kind !== "delivered") failed++;
			return verdict;
		},
	};
	return {
		destinations: counting,
		/** Puts what is not nothing: most batches know of no failure, and a batch may be of messages whose time has not come. */
		putInto(metrics: Metrics, setAside: number): void {
			if (attempts + setAside === 0) return;
			metrics.put({
				...(attempts > 0 && { DeliveryAttempts: attempts, FailedDeliveryAttempts: failed }),
				...(setAside > 0 && { DeliveriesSetAside: setAside }),
			});
		},
	};
}
