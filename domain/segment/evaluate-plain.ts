import type { Hash } from "#domain/rules/measures/measure.ts";
import type { AskedLeaf } from "./asked.ts";
import type { Facts } from "./compiled.ts";
import type { LeafNode } from "./condition-tree.ts";
import { NEVER } from "./spans.ts";

type Node<Kind extends LeafNode["kind"]> = Extract<LeafNode, { kind: Kind }>;

/** Time changes nothing here. */
const UNTIMED = { nextChange: () => NEVER, isTimed: false } as const;

/** What a person agreed to. */
export function askConsent({ is }: Node<"consent">, key: string): AskedLeaf {
	const saidOf = ({ measures }: Facts) => CONSENTS.get(measures?.[key]?.["0"]?.last?.value) ?? "unknown";
	return { ...UNTIMED, test: (facts) => saidOf(facts) === is, values: (facts) => ({ consent: saidOf(facts) }) };
}

const CONSENTS: ReadonlyMap<unknown, "granted" | "denied"> = new Map([
	[true, "granted"],
	[false, "denied"],
]);

/** Whether the upload in force names the person. */
export function askList({ upload }: Node<"list">, key: string): AskedLeaf {
	const namedBy = ({ measures }: Facts) => measures?.[key]?.["0"]?.uploads ?? [];
	return {
		...UNTIMED,
		test: (facts) => namedBy(facts).includes(upload),
		values: (facts) => ({ uploads: namedBy(facts), inForce: upload }),
	};
}

/** A share of all people, by lot. */
export function askBucket({ salt, from, to }: Node<"bucket">, hash: Hash): AskedLeaf {
	const shareOf = ({ profileId }: Facts) => shareIn(hash(`${salt}.${profileId}`));
	return {
		...UNTIMED,
		test: (facts) => {
			const share = shareOf(facts);
			return from <= share && share < to;
		},
		values: (facts) => ({ share: shareOf(facts) }),
	};
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The first 32 bits of a hash in base64url, as a share of 100. */
function shareIn(hash: string): number {
	let bits = 0;
	// six digits are 36 bits
	for (const digit of hash.slice(0, 6)) bits = bits * 64 + DIGITS.indexOf(digit);
	return (Math.floor(bits / 16) * 100) / 2 ** 32;
}

/** Other people decide it: only the scheduled run can tell. */
export const ACCOUNT: AskedLeaf = { ...UNTIMED, test: () => false, values: () => ({}) };
