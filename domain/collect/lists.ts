/** One attempt to say anew who is on a list. It counts once it is finished. */
export type Upload = {
	/** 1, 2 … for each list. */
	readonly number: number;
	readonly startedAt: string;
	readonly by: string;
	/** Of each part that is safe on the bus, by its number: how many rows named somebody. */
	readonly parts: ReadonlyMap<number, number>;
	/** When all of it was there, ISO 8601 UTC; absent until then. */
	readonly finishedAt?: string;
};

/** A list by the upload in force; without one, its first upload is not finished yet. */
export type UploadedList = {
	readonly id: string;
	readonly inForce?: {
		readonly upload: number;
		/** Rows that named somebody. */
		readonly rows: number;
		readonly at: string;
		readonly by: string;
	};
};

/** Which uploads there were, and which of each list is in force. Who is on a list is said by events alone. */
export interface Lists {
	/** Every list that an upload was ever begun for, by its id. */
	all(): Promise<readonly UploadedList[]>;
	find(list: string): Promise<UploadedList | undefined>;
	/** The latest uploads, newest first. */
	uploads(list: string, limit: number): Promise<readonly Upload[]>;
	upload(list: string, number: number): Promise<Upload | undefined>;
	/** Begins the next upload. "full": there are as many lists as there may be. */
	begin(list: string, by: string): Promise<Upload | "full">;
	/** Says that a part is safe on the bus; the same part again takes its place. Answers the upload with it. */
	addPart(list: string, upload: Upload, part: { readonly number: number; readonly rows: number }): Promise<Upload>;
	/** Makes an upload the one in force. Refused where a later one is already. */
	finish(list: string, upload: Upload): Promise<"finished" | "overtaken">;
}
