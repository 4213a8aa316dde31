/** What a sample is of. */
export type SampleAbout = {
	/** The events that were there then, ISO 8601 UTC. */
	readonly asOf: string;
	/** How many people there were. */
	readonly people: number;
	/** Which share of them was drawn, 0 to 1. */
	readonly share: number;
};

/** A sample, and where SQL finds its events: a table expression with `SAMPLE_COLUMNS`. */
export type Sample = SampleAbout & { readonly events: string };

/** People drawn by lot, with all their events, in a place of their own beside the archive. */
export interface Samples {
	/** Puts a sample in the place of the one before, which is asked until the new one is complete. `rows` is the query for its events. */
	draw(sample: { readonly rows: string; readonly about: SampleAbout }): Promise<void>;
	/** The sample to ask; undefined when there is none. */
	current(): Promise<Sample | undefined>;
	/** There is no sample any more. */
	forget(): Promise<void>;
}
