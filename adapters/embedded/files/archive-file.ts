/** A file of the archive, with its size in bytes: rows as NDJSON, or packed as Parquet (`isPacked`). */
export type ArchiveFile = { readonly path: string; readonly size: number };
