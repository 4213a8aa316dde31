import { Logger } from "@aws-lambda-powertools/logger";
import type { Log } from "./log.ts";

/** The log of a deployed function: one JSON line each, by Powertools. Only `handler.ts` files may import this. */
export function powertoolsLog(): Log {
	const logger = new Logger();
	return {
		info: (message, fields = {}) => logger.info(message, fields),
		warn: (message, fields = {}) => logger.warn(message, fields),
		error: (message, fields = {}) => logger.error(message, fields),
	};
}
