import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { whileUsed } from "#adapters/embedded/duckdb/while-used.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Engines numbered from 1, and what became of them. */
function numbered() {
	let started = 0;
	const stopped: number[] = [];
	const gone = vi.fn();
	const engine = whileUsed({
		start: async () => ++started,
		stop: (number) => void stopped.push(number),
		gone,
		idleSeconds: 60,
	});
	return { engine, stopped, gone };
}

const itself = async (number: number) => number;

describe("whileUsed", () => {
	it("starts one, for all who use it at once and soon after", async () => {
		const { engine, stopped } = numbered();
		expect(await Promise.all([engine.use(itself), engine.use(itself)])).toEqual([1, 1]);
		vi.advanceTimersByTime(59_000);
		expect(await engine.use(itself)).toBe(1);
		vi.advanceTimersByTime(59_000);
		expect(stopped).toEqual([]);
	});

	it("lets go of it when nobody used it for a while, says so, and starts another", async () => {
		const { engine, stopped, gone } = numbered();
		await engine.use(itself);
		await vi.advanceTimersByTimeAsync(60_000);
		expect(stopped).toEqual([1]);
		expect(gone).toHaveBeenCalledOnce();
		expect(await engine.use(itself)).toBe(2);
	});

	it("does not let go of it while it is used, however long that takes", async () => {
		const { engine, stopped } = numbered();
		const long = engine.use(() => new Promise((done) => setTimeout(done, 600_000)));
		await engine.use(itself);
		await vi.advanceTimersByTimeAsync(599_000);
		expect(stopped).toEqual([]);
		await vi.advanceTimersByTimeAsync(1_000);
		await long;
		await vi.advanceTimersByTimeAsync(60_000);
		expect(stopped).toEqual([1]);
	});

	it("starts another for a use that comes while it is being closed", async () => {
		const { engine, stopped } = numbered();
		await engine.use(itself);
		const [, next] = await Promise.all([engine.close(), engine.use(itself)]);
		expect(next).toBe(2);
		expect(stopped).toEqual([1]);
	});

	it("starts another when it was forgotten, and again when none could be started", async () => {
		const { engine } = numbered();
		await engine.use(itself);
		engine.forget();
		expect(await engine.use(itself)).toBe(2);

		const start = vi.fn<() => Promise<number>>().mockRejectedValueOnce(new Error("no room")).mockResolvedValue(7);
		const unlucky = whileUsed({ start, stop: () => {}, gone: () => {}, idleSeconds: 60 });
		await expect(unlucky.use(itself)).rejects.toThrow("no room");
		expect(await unlucky.use(itself)).toBe(7);
	});

	it("closes without ever having been used", async () => {
		const { engine, stopped } = numbered();
		await engine.close();
		expect(stopped).toEqual([]);
	});

	it("is given alone only when nobody uses it, and then whoever comes waits", async () => {
		const { engine } = numbered();
		const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
		const order: string[] = [];
		const using = engine.use(async () => await held);
		expect(engine.isUsed()).toBe(true);
		expect(await engine.useAlone(itself)).toBeUndefined();
		letGo();
		await using;

		const alone = engine.useAlone(async (number) => {
			await Promise.resolve();
			order.push("alone");
			return number;
		});
		const after = engine.use(async () => void order.push("after"));
		expect(await engine.useAlone(itself)).toBeUndefined();
		expect(await alone).toBe(1);
		await after;
		expect(order).toEqual(["alone", "after"]);
	});

	it("goes on when what was done alone went wrong", async () => {
		const { engine } = numbered();
		const alone = engine.useAlone(() => Promise.reject(new Error("no room")));
		const after = engine.use(itself);
		await expect(alone).rejects.toThrow("no room");
		expect(await after).toBe(1);
		expect(await engine.useAlone(itself)).toBe(1);
	});
});
