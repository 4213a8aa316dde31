/** What a sender knows of his event: it was accepted, it was refused, or nobody can say. */
export type Known = "accepted" | "refused" | "unsure";

/** The senders' own record of answers, by messageId. */
export type Ledger = {
	/** One answer to a request with this event. An acceptance is the last word; a refusal says nothing of an earlier doubt. */
	note(messageId: string, known: Known): void;
	of(known: Known): ReadonlySet<string>;
	readonly answers: ReadonlyMap<string, number>;
	/** Counts an answer by what it was: its status, or `no answer`. */
	answered(what: string): void;
};

const RANK: Readonly<Record<Known, number>> = { refused: 0, unsure: 1, accepted: 2 };

export function openLedger(): Ledger {
	const known = new Map<string, Known>();
	const answers = new Map<string, number>();
	return {
		answers,
		answered: (what) => void answers.set(what, (answers.get(what) ?? 0) + 1),
		note(messageId, now) {
			const before = known.get(messageId);
			if (before === undefined || RANK[now] > RANK[before]) known.set(messageId, now);
		},
		of: (wanted) => new Set([...known].flatMap(([messageId, one]) => (one === wanted ? [messageId] : []))),
	};
}

type Answer = { readonly status: number; readonly body: string };

/** Writes down what an answer says of each event of its request; undefined is no answer at all. Answers whether to send again. */
export function noteAnswer(ledger: Ledger, messageIds: readonly string[], answer: Answer | undefined): boolean {
	ledger.answered(answer ? String(answer.status) : "no answer");
	if (!answer || answer.status >= 500) {
		for (const messageId of messageIds) ledger.note(messageId, "unsure");
		return true;
	}
	if (answer.status >= 400) {
		for (const messageId of messageIds) ledger.note(messageId, "refused");
		return answer.status === 429;
	}
	const { rejected } = JSON.parse(answer.body) as { rejected: { index: number }[] }; // the contract's answer
	const refused = new Set(rejected.map(({ index }) => index));
	for (const [at, messageId] of messageIds.entries()) ledger.note(messageId, refused.has(at) ? "refused" : "accepted");
	return false;
}
