import type { Fragment } from "#domain/model/profile.ts";
import { NO_CHANGES } from "./fragment-changes.ts";
import type { Cold } from "./fragment-cold.ts";
import { fromHot, versionsOf } from "./fragment-hot.ts";
import type { Known } from "./fragment-save.ts";
import type { Item } from "./item-store.ts";

/**
 * The fragment that a hot item is together with the cold item read for it; undefined where one of them was written after the
 * other was read.
 */
export function fragmentOf(hot: Item, cold: Cold | undefined): (Known & { readonly fragment: Fragment }) | undefined {
	const { version, since } = versionsOf(hot);
	const upTo = cold?.upTo ?? 0;
	if (upTo < since || upTo > version) return undefined;
	const { fragment, changes } = fromHot(hot, since > 0 ? cold : undefined);
	if (upTo === version) return { fragment, cold, changes: NO_CHANGES };
	return since > 0 ? { fragment, cold, changes } : { fragment, cold };
}
