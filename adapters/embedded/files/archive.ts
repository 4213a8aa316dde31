import { join } from "node:path";
import { archiveDay, toArchiveRow } from "#domain/archive/to-archive-row.ts";
import { identityDay, toIdentityRow } from "#domain/archive/to-identity-row.ts";
import type { ArchivedEvent, ArchivedIdentity } from "#domain/model/ports.ts";
import { type DailyFiles, dailyFiles } from "./daily-files.ts";

type Options = {
	/** The archive's folder: what is kept in it has a folder of its own there. */
	readonly folder: string;
	/** Bytes after which another file is begun. @default 16 MiB */
	readonly rotateAt?: number;
};

export type FileArchive = DailyFiles<ArchivedEvent>;
export type FileIdentityArchive = DailyFiles<ArchivedIdentity>;

/** Every accepted event, in `<folder>/events`, by the day it was received. */
export const fileArchive = ({ folder, rotateAt }: Options): Promise<FileArchive> =>
	dailyFiles({ folder: join(folder, "events"), rotateAt }, { dayOf: archiveDay, rowOf: toArchiveRow });

/** Every change of who is who, in `<folder>/identity-changes`, by the day it happened. */
export const fileIdentityArchive = ({ folder, rotateAt }: Options): Promise<FileIdentityArchive> =>
	dailyFiles({ folder: join(folder, "identity-changes"), rotateAt }, { dayOf: identityDay, rowOf: toIdentityRow });
