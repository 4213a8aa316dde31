import { type Grouped, joinAccounts } from "#domain/unify/join-accounts.ts";
import { describeError } from "#functions/shared/log.ts";
import type { Context } from "./context.ts";
import { failing, type Placed, type Work } from "./work.ts";

/** Takes what group calls say to the accounts they name: their traits, and that who made the call is a member. */
export async function group(work: Work<Placed>, context: Context): Promise<Work<Placed>> {
	const grouped = work.events.filter((event): event is Placed & Grouped => event.account !== undefined);
	if (grouped.length === 0) return work;
	const { joined: memory, ...deps } = context;
	const failed = await joinAccounts(grouped, { ...deps, memory });
	for (const [accountId, error] of failed) {
		context.log.error("group calls could not be taken to their account", { accountId, ...describeError(error) });
	}
	return failing(work, ({ account }) => account !== undefined && failed.has(account.id));
}
