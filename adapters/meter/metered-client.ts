import { BILLED } from "./billed-calls.ts";
import type { UsageMeter } from "./usage.ts";

type Call = { readonly input: object };
type Next = (call: Call) => Promise<{ output: object }>;
type Middleware = (next: Next, context: { readonly commandName?: string }) => Next;
/** What all clients of the SDK have in common here. */
type Client = { readonly middlewareStack: { add(middleware: never, options: never): void } };

/** DynamoDB says what a call cost when it is asked to. */
const ON_THE_TABLE = /^(?:(?:Batch)?GetItem|Query|(?:Put|Update|Delete)Item|TransactWriteItems)Command$/;
const REFUSED = /^(?:ConditionalCheckFailed|TransactionCanceled)Exception$/;

/**
 * Makes a client count what AWS bills for its calls (DESIGN D11): what went over the wire and what the service answered, rounded as the
 * price lists do. Answers the client. It is for benches and tests: no deployed function has a meter. What the SDK itself sends again
 * after a failure is counted once.
 */
export function meterClient<C extends Client>(client: C, meter: UsageMeter): C {
	const count: Middleware =
		(next, { commandName = "" }) =>
		async ({ input, ...call }) => {
			const asked = ON_THE_TABLE.test(commandName) ? { ...input, ReturnConsumedCapacity: "TOTAL" } : input;
			const billed = BILLED[commandName];
			meter.called(commandName.replace(/Command$/, ""));
			try {
				const result = await next({ ...call, input: asked });
				// a command's input and output are what its own line in the table says
				billed?.answered(asked as never, result.output as never, meter);
				return result;
			} catch (error) {
				if (error instanceof Error && REFUSED.test(error.name)) billed?.failed?.(asked as never, meter);
				throw error;
			}
		};
	// each client types its own inputs; this middleware reads what they have in common
	client.middlewareStack.add(count as never, { step: "initialize", name: "meter" } as never);
	return client;
}
