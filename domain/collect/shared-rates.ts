/** What was asked in a window of time and in the one before it, by all processes that told. */
export type Asked = { readonly before: number; readonly now: number };

/** What the processes that receive events know of each other's load. A number that is lost makes a limit a little laxer. */
export interface SharedRates {
	/**
	 * Adds what this process was asked of a source since it last told, to a window (`windowAt`), and answers what all
	 * processes have told so far. Throws what a retry may cure.
	 */
	tell(source: string, told: { readonly window: number; readonly requests: number }): Promise<Asked>;
}
