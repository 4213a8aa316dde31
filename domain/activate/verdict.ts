/** How one attempt ended. */
export type Verdict = { readonly kind: "delivered"; readonly status?: number; readonly reason?: string } | Failed;

export type Failed = {
	/** `retry`: another try may succeed. `refused`: none will, as things are. `unauthorised`: the destination's settings are to be mended first. */
	readonly kind: "retry" | "refused" | "unauthorised";
	/** A stable code, such as `http_429` or `timeout`; never anything the other side said in words. */
	readonly reason: string;
	readonly status?: number;
	/** What is wrong with which fields: their paths, never their values. */
	readonly detail?: string;
	/** How long the other side asked to be left alone. */
	readonly retryAfterSeconds?: number;
};
