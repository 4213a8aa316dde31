import type { Counting } from "#domain/model/definitions.ts";
import type { SourcedEvent } from "#domain/model/event.ts";
import type { Bucket } from "#domain/model/profile.ts";
import type { MeasureSpec } from "./measure-spec.ts";

/** SHA-256 of a text in base64url. The same one everywhere: it names what is stored in fragments. */
export type Hash = (text: string) => string;

/** What somebody looks at, and how far back: ms, infinite where he never stops. */
export type Look = { readonly spec: MeasureSpec; readonly keptMs: number };

/** Something about events that is kept by stretches of time, whichever segments and computed traits look at it. */
export type Measure = {
	/** What it means, whenever it was begun: a hash of its `MeasureSpec`. */
	readonly meaning: string;
	readonly spec: MeasureSpec;
	/** How far back anybody looks, ms; infinite where nobody stops. */
	readonly keptMs: number;
	/** What an event adds; undefined when it is of no account here. */
	readonly read: (event: SourcedEvent) => Bucket | undefined;
};

/** A measure and since when it is kept as events come. `key` is where; what was before is filled in at `filledKey(key)`. */
export type KeptMeasure = Measure & Pick<Counting, "since" | "isFilled"> & { readonly key: string };
