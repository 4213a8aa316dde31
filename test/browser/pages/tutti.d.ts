/** Where Tutti is and the key of its web source: esbuild writes them into the pages, as a shop's own build would. */
declare const TUTTI_URL: string;
declare const TUTTI_KEY: string;
