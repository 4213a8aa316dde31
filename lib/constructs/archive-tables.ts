import type { CfnTable } from "aws-cdk-lib/aws-glue";
import { ARCHIVE_COLUMNS, EVENTS_VIEW, RAW_TABLE } from "#contracts/archive/columns.ts";
import {
	IDENTITIES_COLUMNS,
	IDENTITIES_VIEW,
	IDENTITY_CHANGES,
	IDENTITY_COLUMNS,
	identitiesSql,
} from "#contracts/archive/identity-changes.ts";
import { SAMPLE_COLUMNS, SAMPLED_EVENTS } from "#contracts/archive/sampled-events.ts";
import { eventsViewSql, VIEW_COLUMNS } from "./events-view.ts";
import { type Columns, prestoView } from "./presto-view.ts";

/** The first day that the archive can have a partition of. */
const FIRST_DAY = "2026-01-01";

/** The tables over the files below `folder` (an S3 URL that ends in a slash), a partition a day. */
export const rawTable = (folder: string): CfnTable.TableInputProperty =>
	tableOverFiles(folder, ARCHIVE_COLUMNS, {
		name: RAW_TABLE,
		description: "Every accepted event as it was delivered, some more than once. Ask the view events instead.",
	});

export const identityChangesTable = (folder: string): CfnTable.TableInputProperty =>
	tableOverFiles(folder, IDENTITY_COLUMNS, {
		name: IDENTITY_CHANGES,
		description: "Which identifier became whose, when, some more than once. The view identities says whose it is now.",
	});

/**
 * The people that previews look at, below a folder: Athena wrote them itself, as Parquet. Which draw is asked is said in each query
 * (an injected partition), so a draw that is under way is seen by nobody.
 */
export const sampledEventsTable = (folder: string): CfnTable.TableInputProperty => ({
	name: SAMPLED_EVENTS,
	description: "All events of some people who were drawn by lot, for previews of segments.",
	tableType: "EXTERNAL_TABLE",
	parameters: {
		classification: "parquet",
		"projection.enabled": "true",
		"projection.drawn.type": "injected",
		"storage.location.template": `${folder}drawn=\${drawn}/`,
	},
	partitionKeys: [{ name: "drawn", type: "string" }],
	storageDescriptor: {
		columns: SAMPLE_COLUMNS.map(({ name, type }) => ({ name, type })),
		location: folder,
		inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
		outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
		serdeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
	},
});

/** The views over these tables, in the same database. */
export const eventsView = (database: string): CfnTable.TableInputProperty =>
	view({ database, sql: eventsViewSql(RAW_TABLE) }, VIEW_COLUMNS, {
		name: EVENTS_VIEW,
		description: "Every accepted event, once.",
	});

export const identitiesView = (database: string): CfnTable.TableInputProperty =>
	view({ database, sql: identitiesSql(`"${IDENTITY_CHANGES}"`) }, IDENTITIES_COLUMNS, {
		name: IDENTITIES_VIEW,
		description: "Whose each identifier is now, where that ever changed. Join it to events by seed_id.",
	});

type Named = { readonly name: string; readonly description: string };

const tableOverFiles = (folder: string, columns: Columns, named: Named): CfnTable.TableInputProperty => ({
	...named,
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
		columns: columns.map(({ name, type }) => ({ name, type })),
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

/** A view as `CREATE VIEW` would have left it. */
const view = (
	of: { readonly database: string; readonly sql: string },
	columns: Columns,
	named: Named,
): CfnTable.TableInputProperty => ({
	...named,
	tableType: "VIRTUAL_VIEW",
	parameters: { presto_view: "true", comment: "Presto View" },
	partitionKeys: [],
	storageDescriptor: { columns: columns.map(({ name, type }) => ({ name, type })), serdeInfo: {} },
	viewOriginalText: prestoView(of, columns),
	viewExpandedText: "/* Presto View */",
});
