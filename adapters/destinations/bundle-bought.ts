import { BOUGHT } from "./bought.ts";
import { destinationBundles } from "./bundle-destination.ts";

/**
 * The build step of the functions that send to destinations:
 * `node adapters/destinations/bundle-bought.ts <folder>` puts the chunks of all bought destinations into the folder,
 * which belongs beside the function's code as `destinations/`.
 */
const [, , folder] = process.argv;
if (folder === undefined) throw new Error("say where to: node adapters/destinations/bundle-bought.ts <folder>");
await destinationBundles(BOUGHT, folder);
