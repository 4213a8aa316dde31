import { PRODUCTS, type Product } from "./catalogue.ts";
import type { Chance } from "./random.ts";

export type Line = Product & { readonly quantity: number };

/** One to three products; hardly anybody buys two espresso machines. */
export function fillBasket(chance: Chance): Line[] {
	const products = new Set(Array.from({ length: chance.between(1, 3) }, () => chance.pick(PRODUCTS)));
	return [...products].map((product) => ({ ...product, quantity: product.price > 50 ? 1 : chance.between(1, 3) }));
}

/** The properties of an `Order Completed`, as Segment's e-commerce spec names them. Prices are euros. */
export function orderOf(basket: readonly Line[], orderId: string) {
	const cents = basket.reduce((sum, line) => sum + Math.round(line.price * 100) * line.quantity, 0);
	return { order_id: orderId, total: cents / 100, currency: "EUR", products: basket };
}
