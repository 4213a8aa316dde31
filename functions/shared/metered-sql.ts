import type { Sql } from "#domain/model/ports.ts";

/** SQL that adds up what its queries read, as the engine counts it: on Athena that is what is billed. */
export function meteredSql(sql: Sql): Sql & { readonly scannedBytes: () => number } {
	let scanned = 0;
	return {
		async query(text, options) {
			const answer = await sql.query(text, options);
			scanned += answer.scannedBytes;
			return answer;
		},
		async *pages(text) {
			for await (const page of sql.pages(text)) {
				scanned += page.scannedBytes;
				yield page;
			}
		},
		scannedBytes: () => scanned,
	};
}
