import { fillBasket, orderOf } from "../basket.ts";
import { FAKE_EMAILS } from "../catalogue.ts";
import { type ShopEvent, Visit } from "../message.ts";
import type { Chance } from "../random.ts";
import type { VisitPlan } from "./web.ts";

/** Three stores, each with one tablet that every customer who asks is served on. */
const TABLETS = ["store-tablet-paris", "store-tablet-berlin", "store-tablet-milan"];

/**
 * A purchase at the till. With the loyalty card the till knows the customer; without it asks for an e-mail and gets a
 * good one, one with a typo, or one that many people give.
 */
export function visitStore({ person, chance, at, known }: VisitPlan): ShopEvent[] {
	const visit = new Visit({ chance, source: "server", context: { channel: "store" }, at });
	const order = { ...orderOf(fillBasket(chance), `S-${chance.hex(10)}`), channel: "store" };
	const bought = { type: "track", event: "Order Completed", properties: order } as const;

	if (known && chance.happens(70)) {
		const onTablet = chance.happens(25) ? { anonymousId: chance.pick(TABLETS) } : {};
		visit.note({ userId: person.userId, ...onTablet }, bought);
	} else {
		const receipt = { anonymousId: `receipt-${chance.hex(12)}` };
		visit.note(receipt, bought, { traits: { email: emailAtTheTill(person.email, chance) } });
	}
	return visit.events;
}

function emailAtTheTill(email: string, chance: Chance): string {
	if (chance.happens(18)) return chance.pick(FAKE_EMAILS);
	if (chance.happens(6)) return misspell(email, chance);
	return chance.happens(20) ? email.toUpperCase() : email;
}

/** Two neighbouring letters of the name change places: the commonest slip. */
function misspell(email: string, chance: Chance): string {
	const at = chance.between(0, email.indexOf(".") - 2);
	return email.slice(0, at) + email.charAt(at + 1) + email.charAt(at) + email.slice(at + 2);
}
