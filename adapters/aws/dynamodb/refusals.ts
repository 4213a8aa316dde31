import {
	ConditionalCheckFailedException,
	TransactionCanceledException,
	TransactionConflictException,
} from "@aws-sdk/client-dynamodb";
import type { Written } from "#adapters/items/item-store.ts";
import type { Resending } from "../resend.ts";

/**
 * How a write or a transaction ended. A condition that does not hold is a value. A conflict with another transaction
 * changed nothing, so it is tried again some times; then it is thrown, as is everything else.
 */
export async function written(write: () => Promise<unknown>, { tries, wait }: Resending): Promise<Written> {
	for (let attempt = 1; ; attempt++) {
		try {
			await write();
			return { kind: "written" };
		} catch (error) {
			const at = refusedPositions(error);
			if (at.length > 0) return { kind: "refused", at };
			if (!isConflict(error) || attempt >= tries) throw error;
		}
		await wait(attempt);
	}
}

/** The positions of the conditions that did not hold; none when the write failed for another reason. */
function refusedPositions(error: unknown): number[] {
	if (error instanceof ConditionalCheckFailedException) return [0];
	return reasonsOf(error).flatMap((code, i) => (code === "ConditionalCheckFailed" ? [i] : []));
}

function isConflict(error: unknown): boolean {
	if (error instanceof TransactionConflictException) return true;
	const reasons = reasonsOf(error).filter((code) => code !== "None");
	return reasons.length > 0 && reasons.every((code) => code === "TransactionConflict");
}

/** Why a transaction was cancelled: one code for each write, `None` for those it was not the fault of. */
const reasonsOf = (error: unknown): string[] =>
	error instanceof TransactionCanceledException
		? (error.CancellationReasons ?? []).map(({ Code = "None" }) => Code)
		: [];
