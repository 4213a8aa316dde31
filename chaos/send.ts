import type { HttpAnswer } from "#functions/shared/http-answer.ts";
import { basic, httpEvent } from "#test/functions/collect/http-event.ts";
import { noteAnswer } from "./ledger.ts";
import type { Sending } from "./senders.ts";
import type { Lane, World } from "./world.ts";

/** How often a sender tries at most. */
const TRIES = 6;
/** How long he waits before he tries again, ms. */
const AGAIN_MS = 3000;

/** Sends a request, writes down what the answer says, and has it sent again where the answer asks for it. */
export async function send({ sending, tries }: World["outgoing"][number], lane: Lane, world: World): Promise<void> {
	const { faults, luck, ledger, outgoing, bereaved, backing } = world;
	const silence = new Promise<undefined>((resolve) => bereaved.set(lane, () => resolve(undefined)));
	const called = lane.worker.call("receive-events", requestOf(sending, world)) as Promise<HttpAnswer>;
	const answer = await Promise.race([called, silence]);
	bereaved.delete(lane);
	if (sending.skewMs !== undefined && answer?.statusCode === 200) faults.count("sender-clock", "timestamp");

	const isLost = answer !== undefined && faults.happens("answer-lost", 8);
	if (isLost) faults.count("answer-lost", "receive-events");
	const heard = answer && !isLost ? { status: answer.statusCode, body: answer.body ?? "" } : undefined;
	const isWanted = noteAnswer(
		ledger,
		sending.messages.map(({ messageId }) => messageId),
		heard,
	);
	const isPatient = tries + 1 < TRIES && sending.skewMs === undefined && luck.happens(85);
	const notBefore = backing.time.now() + AGAIN_MS;
	if (isWanted && isPatient) outgoing.push({ sending, tries: tries + 1, notBefore });
}

function requestOf({ messages, key, headers, garbled, skewMs, isImport }: Sending, { backing }: World) {
	const moved = (ms: number) => new Date(ms + (skewMs ?? 0)).toISOString();
	const batch =
		skewMs === undefined ? messages : messages.map((one) => ({ ...one, timestamp: moved(Date.parse(one.timestamp)) }));
	const body = JSON.stringify({ batch, ...(skewMs !== undefined && { sentAt: moved(backing.time.now()) }) });
	return httpEvent({
		path: isImport ? "/v1/import" : "/v1/batch",
		headers: { "content-type": "application/json", ...basic(key), ...headers },
		body: garbled ? body.slice(0, -1) : body,
	});
}
