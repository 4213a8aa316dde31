/** Something costly to keep: it is there while it is used, and for a while after. */
export type WhileUsed<T> = {
	/** Gives it to `work`; started first when it is not there. */
	use<R>(work: (thing: T) => Promise<R>): Promise<R>;
	/**
	 * The same for work that wants it alone: nothing is done, and undefined answered, when somebody is using it. Whoever comes
	 * meanwhile waits.
	 */
	useAlone<R>(work: (thing: T) => Promise<R>): Promise<R | undefined>;
	isUsed(): boolean;
	/** Says that it is broken: the next use starts another. */
	forget(): void;
	/** Lets go of it. Nobody may be using it; whoever does so later starts another. */
	close(): Promise<void>;
};

/** `gone` is told whenever what was started is not used any more. */
export function whileUsed<T>(of: {
	readonly start: () => Promise<T>;
	readonly stop: (thing: T) => void;
	readonly gone: () => void;
	readonly idleSeconds: number;
}): WhileUsed<T> {
	let starting: Promise<T> | undefined;
	let users = 0;
	let idle: NodeJS.Timeout | undefined;
	let alone: Promise<unknown> | undefined;

	const forget = (): void => {
		starting = undefined;
		of.gone();
	};
	const close = async (): Promise<void> => {
		clearTimeout(idle);
		const started = starting;
		forget();
		if (started !== undefined) of.stop(await started);
	};
	const start = async (): Promise<T> => {
		try {
			return await of.start();
		} catch (error) {
			forget();
			throw error;
		}
	};

	const give = async <R>(work: (thing: T) => Promise<R>): Promise<R> => {
		clearTimeout(idle);
		users++;
		try {
			starting ??= start();
			return await work(await starting);
		} finally {
			users--;
			const isIdle = users === 0 && starting !== undefined;
			if (isIdle) idle = setTimeout(() => void close(), of.idleSeconds * 1000).unref();
		}
	};

	return {
		async use(work) {
			while (alone !== undefined) await alone.catch(() => {}); // what went wrong is for who worked alone
			return await give(work);
		},
		async useAlone(work) {
			if (users > 0 || alone !== undefined) return undefined;
			const done = give(work);
			alone = done;
			try {
				return await done;
			} finally {
				alone = undefined;
			}
		},
		isUsed: () => users > 0,
		forget,
		close,
	};
}
