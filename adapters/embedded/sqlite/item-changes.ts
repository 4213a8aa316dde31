import type { Json } from "#domain/model/json.ts";
import type { Changes, Condition, Item, ItemKey } from "../../items/item-store.ts";

/** Whether a condition holds of an item, undefined when it is not there. As DynamoDB: values equal in type and value. */
export function holds(condition: Condition, item: Item | undefined): boolean {
	if (condition.absent && item) return false;
	if (condition.present && !item) return false;
	return Object.entries(condition.equals ?? {}).every(([attribute, wanted]) => (item?.[attribute] ?? null) === wanted);
}

/** The item after an update; made when it was not there. Throws when a number is to be added to something else. */
export function changed(key: ItemKey, item: Item | undefined, { set, add, remove }: Changes): Item {
	const attributes: Record<string, Json | undefined> = { ...item, ...set };
	for (const [attribute, amount] of Object.entries(add ?? {})) {
		const before = item?.[attribute] ?? 0;
		if (typeof before !== "number") throw new TypeError(`cannot add to the attribute ${attribute}: it is no number`);
		attributes[attribute] = before + amount;
	}
	for (const attribute of remove ?? []) delete attributes[attribute];
	// no update touches the key, and `ttl` is a number wherever it is set
	return { ...(attributes as Omit<Item, keyof ItemKey>), ...key };
}
