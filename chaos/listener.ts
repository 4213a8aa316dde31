import type { News } from "#domain/activate/delivery.ts";
import type { Order } from "#domain/activate/ports.ts";
import type { Verdict } from "#domain/activate/verdict.ts";
import type { Faults } from "./faults.ts";

/** What the destination was sent, one entry for each `webhook-id`: a consumer that does nothing twice. */
export type Heard = {
	readonly deliveryId: string;
	readonly news: News;
	/** How often it came; and whether it was ever another news under the same id. */
	times: number;
	isAmbiguous: boolean;
};

export type Listener = {
	send(type: string, order: Order): Promise<Verdict>;
	readonly heard: ReadonlyMap<string, Heard>;
};

/** A tool that is sent to: it remembers what it took, answers 429 now and then, and sometimes takes a thing and is not heard to. */
export function listener(faults: Faults): Listener {
	const heard = new Map<string, Heard>();
	return {
		heard,
		async send(_, { deliveryId, news }) {
			if (faults.happens("call-throttled", 5)) {
				faults.count("call-throttled", "destination.send");
				return { kind: "retry", reason: "http_429", status: 429, retryAfterSeconds: 2 };
			}
			const before = heard.get(deliveryId);
			if (before) {
				before.times++;
				before.isAmbiguous ||= aboutOf(before.news) !== aboutOf(news);
			} else heard.set(deliveryId, { deliveryId, news, times: 1, isAmbiguous: false });
			if (faults.happens("call-cut-off", 5)) {
				faults.count("call-cut-off", "destination.send");
				return { kind: "retry", reason: "timeout" };
			}
			return { kind: "delivered", status: 200 };
		},
	};
}

/** What a piece of news is about: its transition, or its event. */
export const aboutOf = (news: News): string => (news.kind === "event" ? news.event.messageId : news.transitionId);
