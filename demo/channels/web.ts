import { fillBasket, orderOf } from "../basket.ts";
import { PRODUCTS } from "../catalogue.ts";
import { type ShopEvent, Visit } from "../message.ts";
import type { Person } from "../people.ts";
import type { Chance } from "../random.ts";

const USER_AGENT =
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

export type VisitPlan = {
	readonly person: Person;
	readonly chance: Chance;
	/** When it starts, milliseconds since 1970. */
	readonly at: number;
	/** Whether the person has an account by then. */
	readonly known: boolean;
};

export const accountTraits = (person: Person) => ({
	email: person.email,
	first_name: person.firstName,
	last_name: person.lastName,
	phone: person.phone,
	tier: person.tier,
	newsletter: person.newsletter,
	address: { city: person.city, country: person.country },
});

/** A visit to the web shop: looks around, perhaps signs in, perhaps buys. Guests leave an e-mail when they buy. */
export function visitWeb({ person, chance, at, known }: VisitPlan): ShopEvent[] {
	const device = { anonymousId: chance.pick(person.browsers) };
	const context = { channel: "web", userAgent: USER_AGENT, locale: "en-GB" };
	const visit = new Visit({ chance, source: "web", context, at });
	let who: { anonymousId: string; userId?: string } = device;

	visit.note(who, { type: "page", name: "Home", properties: { path: "/", url: "https://shop.example/" } });
	for (let seen = chance.between(1, 4); seen > 0; seen--) {
		const { product_id, name, category, price } = chance.pick(PRODUCTS);
		visit.note(who, { type: "track", event: "Product Viewed", properties: { product_id, name, category, price } });
	}
	if (known && chance.happens(80)) {
		who = { ...device, userId: person.userId };
		visit.note(who, { type: "identify", traits: accountTraits(person) });
	}
	if (chance.happens(45)) {
		buy(visit, who, { person, chance, at, known });
	}
	return visit.events;
}

function buy(visit: Visit, who: { anonymousId: string; userId?: string }, { person, chance }: VisitPlan): void {
	const basket = fillBasket(chance);
	const cart_id = `C-${chance.fork(1).hex(10)}`;
	for (const { product_id, category, price, quantity } of basket) {
		const properties = { cart_id, product_id, category, price, quantity };
		visit.note(who, { type: "track", event: "Product Added", properties });
	}
	visit.note(who, { type: "track", event: "Checkout Started", properties: { cart_id, products: basket.length } });
	if (chance.happens(30)) return; // the cart is abandoned
	const guest = who.userId ? {} : { traits: { email: person.email } };
	const order = { ...orderOf(basket, `W-${chance.hex(10)}`), cart_id };
	visit.note(who, { type: "track", event: "Order Completed", properties: { ...order, channel: "web" } }, guest);
}
