import { fillBasket, orderOf } from "../basket.ts";
import { type ShopEvent, Visit } from "../message.ts";
import { accountTraits, type VisitPlan } from "./web.ts";

const DAY = 24 * 60 * 60 * 1000;

/** A visit with the phone app. People are signed in; now and then the phone is offline and sends days later. */
export function visitApp({ person, chance, at, known }: VisitPlan): ShopEvent[] {
	if (!person.phone_app) return [];
	const context = { channel: "app", app: { name: "Shop", version: "4.2.0" }, device: { id: person.phone_app } };
	const visit = new Visit({ chance, source: "server", context, at });
	const who = { anonymousId: person.phone_app, ...(known && { userId: person.userId }) };

	if (known) visit.note(who, { type: "identify", traits: accountTraits(person) });
	visit.note(who, { type: "screen", name: "Start" });
	visit.note(who, { type: "track", event: "Application Opened", properties: { from_background: chance.happens(50) } });
	if (chance.happens(35)) {
		const order = orderOf(fillBasket(chance), `A-${chance.hex(10)}`);
		visit.note(who, { type: "track", event: "Order Completed", properties: { ...order, channel: "app" } });
	}
	if (!chance.happens(8)) return visit.events;
	const offline = chance.between(2 * 60 * 60 * 1000, 5 * DAY);
	return visit.events.map((event) => ({ ...event, arrivesAt: event.arrivesAt + offline }));
}
