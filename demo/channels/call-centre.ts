import type { JsonObject } from "#domain/model/json.ts";
import { CALL_TOPICS } from "../catalogue.ts";
import { type ShopEvent, Visit } from "../message.ts";
import type { VisitPlan } from "./web.ts";

/** A call. The agent finds the customer by account or by e-mail; now and then the last order is refunded. */
export function call({ person, chance, at, known }: VisitPlan, lastOrder: JsonObject | undefined): ShopEvent[] {
	const visit = new Visit({ chance, source: "server", context: { channel: "call-centre" }, at });
	const who = known ? { userId: person.userId } : { anonymousId: `call-${chance.hex(12)}` };
	const byEmail = known ? {} : { traits: { email: person.email } };
	const properties = {
		topic: chance.pick(CALL_TOPICS),
		minutes: chance.between(1, 25),
		satisfaction: chance.between(1, 5),
	};

	visit.note(who, { type: "track", event: "Support Call Ended", properties }, byEmail);
	if (lastOrder?.order_id && chance.happens(50)) {
		const { order_id = null, total = null, currency = null } = lastOrder;
		visit.note(who, { type: "track", event: "Order Refunded", properties: { order_id, total, currency } }, byEmail);
	}
	return visit.events;
}
