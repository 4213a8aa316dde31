import type { Node } from "constructs";
import type { Address } from "./address.ts";

/** By which door senders come to the collector: the HTTP API, or a URL of the function itself, which AWS does not bill (ADR 0023). */
export type FrontDoorKind = "http-api" | "function-url";

const KINDS: readonly FrontDoorKind[] = ["http-api", "function-url"];

/**
 * Reads `-c frontDoor=http-api|function-url`; without it, it is the HTTP API. Throws when it is neither, and when a function URL is asked for
 * together with what it cannot have: senders would go around the name and the firewall that somebody took care to ask for.
 */
export function frontDoorFrom(node: Node, { domain, webAclArn }: Address): FrontDoorKind {
	const said: unknown = node.tryGetContext("frontDoor") ?? "http-api";
	if (!isKind(said)) throw new Error(`-c frontDoor=${said}: there are ${KINDS.join(" and ")}`);
	if (said === "function-url" && (domain ?? webAclArn) !== undefined)
		throw new Error(
			"-c frontDoor=function-url: a function URL takes neither a name of your own (-c domain) nor a firewall (-c webAcl), and " +
				"CloudFront, which could give it both, costs as much as the HTTP API that is saved. Leave out the one or the others",
		);
	return said;
}

const isKind = (said: unknown): said is FrontDoorKind => KINDS.some((kind) => kind === said);
