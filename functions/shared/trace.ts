/** Follows some of the calls, as X-Ray does. */
export type Trace = {
	/** Notes which events this call is about, if it is one that is followed; else they are not even asked for. */
	follow(eventIds: () => readonly string[]): Promise<void>;
};
