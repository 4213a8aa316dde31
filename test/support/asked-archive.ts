import { createHash } from "node:crypto";
import type { Sql, SqlResult } from "#domain/model/ports.ts";
import { archiveTables } from "./archive-tables.ts";

/** An archive in memory that keeps the texts of the queries it is asked by page. */
export async function askedArchive() {
	const tables = await archiveTables();
	const asked: string[] = [];
	const sql: Pick<Sql, "pages"> = {
		async *pages(text) {
			asked.push(text);
			const rows = (await tables.rows(text)) as SqlResult["rows"]; // numbers and texts
			yield { columns: [], rows, scannedBytes: 0 };
		},
	};
	return { tables, sql, asked };
}

/** The profile id of the nth person: spread over all ids, as those of the vault are. */
export function scatteredId(n: number): string {
	const hex = createHash("sha256").update(String(n)).digest("hex");
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
