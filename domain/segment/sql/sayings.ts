import type { SaidTrait } from "#contracts/definitions/trait.ts";
import type { Draft } from "./draft.ts";

export type SaidRule = Pick<SaidTrait, "strategy" | "sources" | "declaredBy">;

/** What the rows of `facts` say of a trait. */
export type Sayings = {
	/** The column with the JSON said; NULL in a row that does not name the trait. */
	readonly json: string;
	/** Whether the person himself said so, as a condition on such a row. */
	readonly declared: string;
	readonly name: string;
	readonly rule: SaidRule;
	readonly draft: Draft;
};
