/** Lets one after the other go on. */
export type Turns = {
	/** Resolves when all who asked before have given their turn back; with what gives this one back, any number of times. */
	take(): Promise<() => void>;
};

export function turns(): Turns {
	let last: Promise<unknown> = Promise.resolve();
	return {
		take() {
			const { promise: given, resolve: giveBack } = Promise.withResolvers<void>();
			const turn = last.then(() => giveBack);
			last = turn.then(() => given);
			return turn;
		},
	};
}
