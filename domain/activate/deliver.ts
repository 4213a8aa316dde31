import type { Destination, Subscription } from "#contracts/definitions/destination.ts";
import type { JsonObject } from "#domain/model/json.ts";
import type { Queue, Secrets } from "#domain/model/ports.ts";
import type { Delivery } from "./delivery.ts";
import { type Hash, subscriptionKey } from "./delivery-id.ts";
import { afterAttempt, isConcluded, type LoggedDelivery, waiting } from "./log-entry.ts";
import type { DeliveryLog, Destinations } from "./ports.ts";
import { LONGEST_DELAY_SECONDS, type Next, nextStep } from "./retry-policy.ts";
import { fillSecrets, isSecretName, secretNames } from "./secrets.ts";
import type { Failed, Verdict } from "./verdict.ts";

export type DeliverDeps = {
	/** Those in force now. */
	readonly definitions: readonly Destination[];
	readonly destinations: Destinations;
	readonly deliveries: Queue;
	readonly deadLetters: Queue;
	readonly deliveryLog: DeliveryLog;
	readonly secrets: Secrets;
	readonly hash: Hash;
	readonly now: () => Date;
	/** From 0 (inclusive) to 1 (exclusive). */
	readonly random: () => number;
};

/** `ended`: delivered, dead or paused, which is news for the bus. `later`: it is not over, or not this message's to end. */
export type DeliveryEnd = { readonly kind: "ended"; readonly log: LoggedDelivery } | { readonly kind: "later" };

/**
 * Makes one attempt, unless it was made already, and sees to what follows. First the next message is sent, then the
 * attempt is logged, and only then may the caller take this message off the queue: a crash in between repeats the
 * attempt at worst, and the log tells the second copy that its try is over. What was delivered is never sent again; its
 * news is told again, for the crash may have come before it was told.
 */
export async function deliver(delivery: Delivery, deps: DeliverDeps): Promise<DeliveryEnd> {
	const at = deps.now();
	const wait = secondsUntil(delivery.notBefore, at);
	if (wait > 0) {
		await sendLater(delivery, wait, deps.deliveries);
		return { kind: "later" };
	}
	const log = await deps.deliveryLog.read(delivery.deliveryId);
	if (log && (log.state === "delivered" || isConcluded(log, delivery))) return endOf(log);

	const verdict = await tryOnce(delivery, at, deps);
	const next = verdict.kind === "delivered" ? undefined : nextStep(verdict, trialOf(delivery, at, deps.random()));
	await passOn(delivery, next, at, deps);

	const attempt = {
		round: delivery.round,
		attempt: delivery.attempt,
		at: at.toISOString(),
		milliseconds: deps.now().getTime() - at.getTime(),
		outcome: verdict.kind,
		...(verdict.status !== undefined && { status: verdict.status }),
		...(verdict.reason !== undefined && { reason: verdict.reason }),
		...(verdict.kind !== "delivered" && verdict.detail !== undefined && { detail: verdict.detail }),
	};
	const fresh = waiting(delivery);
	await deps.deliveryLog.change(fresh, (current) => afterAttempt(current, attempt, next));
	return endOf(afterAttempt(log ?? fresh, attempt, next));
}

const endOf = (log: LoggedDelivery): DeliveryEnd =>
	log.state === "waiting" || log.state === "retrying" ? { kind: "later" } : { kind: "ended", log };

const secondsUntil = (time: string | undefined, now: Date): number =>
	time === undefined ? 0 : Math.ceil((Date.parse(time) - now.getTime()) / 1000);

const trialOf = ({ attempt, startedAt }: Delivery, at: Date, random: number) => ({
	attempt,
	elapsedSeconds: (at.getTime() - Date.parse(startedAt)) / 1000,
	random,
});

async function tryOnce(delivery: Delivery, at: Date, deps: DeliverDeps): Promise<Verdict> {
	const destination = deps.definitions.find(({ id }) => id === delivery.destinationId);
	if (!destination) return refused("destination_removed");
	if (!destination.enabled) return refused("destination_disabled");
	const subscription = subscriptionOf(destination, delivery, deps.hash);
	if (!subscription) return refused("subscription_removed");
	const settings = destination.settings as JsonObject; // the schema makes it so
	const names = secretNames(settings);
	const secrets = await readSecrets(names, deps.secrets);
	const missing = names.filter((name) => !secrets.has(name));
	if (missing.length > 0) return { kind: "unauthorised", reason: "missing_secret", detail: missing.join(", ") };
	return deps.destinations.send(destination.type, {
		deliveryId: delivery.deliveryId,
		settings: fillSecrets(settings, secrets),
		action: subscription.action,
		mapping: subscription.mapping as JsonObject,
		news: delivery.news,
		at,
	});
}

const refused = (reason: string): Failed => ({ kind: "refused", reason });

/**
 * The subscription as it stands now: the very same one; or, when somebody has mended its mapping since, the one at the
 * same place with the same trigger and action.
 */
function subscriptionOf({ subscriptions }: Destination, { subscription: was }: Delivery, hash: Hash) {
	const same = subscriptions.find((subscription) => subscriptionKey(subscription, hash) === was.key);
	if (same) return same;
	const there = subscriptions[was.position];
	return there && triggerOf(there, hash) === triggerOf(was, hash) ? there : undefined;
}

const triggerOf = ({ on, action }: Pick<Subscription, "on" | "action">, hash: Hash): string =>
	subscriptionKey({ on, action, mapping: {} }, hash);

async function readSecrets(names: readonly string[], secrets: Secrets): Promise<ReadonlyMap<string, string>> {
	const allowed = names.filter(isSecretName);
	const read = await Promise.all(allowed.map(async (name) => [name, await secrets.read(name)] as const));
	return new Map(read.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

async function passOn(delivery: Delivery, next: Next | undefined, at: Date, deps: DeliverDeps): Promise<void> {
	if (next?.kind === "retry") {
		const notBefore = new Date(at.getTime() + next.afterSeconds * 1000).toISOString();
		const again = { ...delivery, attempt: delivery.attempt + 1, notBefore };
		await sendLater(again, next.afterSeconds, deps.deliveries);
	}
	if (next?.kind === "set-aside") await deps.deadLetters.send([{ body: JSON.stringify(delivery) }]);
}

const sendLater = (delivery: Delivery, seconds: number, queue: Queue): Promise<void> =>
	queue.send([{ body: JSON.stringify(delivery), delaySeconds: Math.min(seconds, LONGEST_DELAY_SECONDS) }]);
