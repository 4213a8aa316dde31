import type { CfnTable } from "aws-cdk-lib/aws-glue";
import { ARCHIVE_COLUMNS, EVENTS_VIEW, RAW_TABLE } from "#contracts/archive/columns.ts";
import { eventsViewSql, prestoView, VIEW_COLUMNS } from "./events-view.ts";

/** The first day that the archive can have a partition of. */
const FIRST_DAY = "2026-01-01";

/** The table over the files below `folder` (an S3 URL that ends in a slash), a partition a day. */
export const rawTable = (folder: string): CfnTable.TableInputProperty => ({
	name: RAW_TABLE,
	description: "Every accepted event as it was delivered, some more than once. Ask the view events instead.",
	tableType: "EXTERNAL_TABLE",
	parameters: {
		classification: "json",
		"projection.enabled": "true",
		"projection.day.type": "date",
		"projection.day.format": "yyyy-MM-dd",
		"projection.day.range": `${FIRST_DAY},NOW`,
		"storage.location.template": `${folder}day=\${day}/`,
	},
	partitionKeys: [{ name: "day", type: "string" }],
	storageDescriptor: {
		columns: ARCHIVE_COLUMNS.map(({ name, type }) => ({ name, type })),
		location: folder,
		inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
		outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
		serdeInfo: {
			serializationLibrary: "org.openx.data.jsonserde.JsonSerDe",
			// One broken line must not take the answer to every question with it: it becomes nulls, which the view drops.
			parameters: { "ignore.malformed.json": "true" },
		},
	},
});

/** The view `events` over the raw table of the same database, as `CREATE VIEW` would have left it. */
export const eventsView = (database: string): CfnTable.TableInputProperty => ({
	name: EVENTS_VIEW,
	description: "Every accepted event, once.",
	tableType: "VIRTUAL_VIEW",
	parameters: { presto_view: "true", comment: "Presto View" },
	partitionKeys: [],
	storageDescriptor: { columns: VIEW_COLUMNS.map(({ name, type }) => ({ name, type })), serdeInfo: {} },
	viewOriginalText: prestoView({ database, sql: eventsViewSql(RAW_TABLE) }),
	viewExpandedText: "/* Presto View */",
});
