/** How long one turn of the event loop may be held, in milliseconds: well under the 50 ms an HTTP answer may take. */
const HELD_MS = 8;

// One process has one event loop, so what is known of its turn is the module's, not a caller's.
let turnBegan: number | undefined;

/**
 * Lets the event loop turn when this turn has lasted too long. SQLite works synchronously: a caller that awaits one call
 * after the other would run on as microtasks for ever, and no socket or timer would get its turn. Whatever the embedded
 * adapters read, they await this first; mostly it costs a microtask. Writes wait for the next turn anyway (`sqlite/group-commit.ts`).
 */
export async function breathe(): Promise<void> {
	if (turnBegan === undefined) {
		turnBegan = performance.now();
		setImmediate(endTurn);
	} else if (performance.now() - turnBegan > HELD_MS) {
		await new Promise<void>((resolve) => setImmediate(resolve));
	}
}

function endTurn(): void {
	turnBegan = undefined;
}
