import middy from "@middy/core";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { sha256 } from "#adapters/crypto/sha256.ts";
import { segmentCompiler } from "#domain/segment/compile-segments.ts";
import type { HttpAnswer } from "#functions/shared/http-answer.ts";
import { describeError } from "#functions/shared/log.ts";
import { securityHeaders } from "#functions/shared/security-headers.ts";
import { type AccountDeps, accountRoutes } from "./account-routes.ts";
import { type AdmitDeps, admit } from "./admit.ts";
import { notFound, refuse } from "./answer.ts";
import { type ArchiveDeps, archiveRoutes } from "./archive-routes.ts";
import { type DefinitionDeps, definitionRoutes } from "./definition-routes.ts";
import { type DeliveryDeps, deliveryRoutes } from "./delivery-routes.ts";
import { type ExplainDeps, explainRoutes } from "./explain-routes.ts";
import { type DecisionDeps, decisionRoutes } from "./identity-decisions.ts";
import { type ReportDeps, reportRoutes } from "./identity-report.ts";
import { type IdentityDeps, identityRoutes } from "./identity-routes.ts";
import { type ListDeps, listRoutes } from "./list-routes.ts";
import { type PreviewDeps, previewRoutes } from "./preview-routes.ts";
import { type ProfileDeps, profileRoutes } from "./profile-routes.ts";
import type { Route } from "./route.ts";
import { type SegmentDeps, segmentRoutes } from "./segment-routes.ts";
import { type TraceDeps, traceRoutes } from "./trace-routes.ts";

type Everything = ProfileDeps &
	ExplainDeps &
	AccountDeps &
	IdentityDeps &
	DecisionDeps &
	ReportDeps &
	SegmentDeps &
	PreviewDeps &
	ListDeps &
	DefinitionDeps &
	DeliveryDeps &
	ArchiveDeps &
	TraceDeps &
	AdmitDeps;

export type AdminDeps = Omit<Everything, "compile">;

/**
 * Reads profiles, segments, events and deliveries, and changes definitions. Only administrators may ask, also what
 * is there: whatever stands before this function has let nobody else in. What is not in the list of routes does not exist.
 */
export function serveAdminApi(given: AdminDeps) {
	const deps = { ...given, compile: segmentCompiler(sha256) };
	const routes = [
		// Before the profiles': a path that ends in /identity or /segments/…/explain is theirs.
		...identityRoutes(deps),
		...explainRoutes(deps),
		...decisionRoutes(deps),
		...reportRoutes(deps),
		...profileRoutes(deps),
		...accountRoutes(deps),
		...segmentRoutes(deps),
		...previewRoutes(deps),
		...listRoutes(deps),
		...definitionRoutes(deps),
		...deliveryRoutes(deps),
		...traceRoutes(deps),
		...archiveRoutes(deps),
	];
	return middy<APIGatewayProxyEventV2, HttpAnswer>()
		.use(securityHeaders())
		.onError((request) => {
			given.log.error("the admin API failed", describeError(request.error));
			request.response = refuse(500, "internal_error", "Something unforeseen happened. It was logged.");
		})
		.handler(async (event) => {
			const asking = await admit(event, given);
			return "actor" in asking ? dispatch(routes, event, asking.actor) : asking;
		});
}

async function dispatch(routes: readonly Route[], event: APIGatewayProxyEventV2, actor: string): Promise<HttpAnswer> {
	const { method } = event.requestContext.http;
	const here = routes.flatMap((route) => {
		const match = route.pattern.exec(event.rawPath);
		return match ? [{ route, path: { ...match.groups } }] : [];
	});
	const found = here.find(({ route }) => route.method === method);
	if (found) return found.route.run(event, found.path, actor);
	if (here.length === 0) return notFound("There is nothing at this path.");
	const answer = refuse(405, "method_not_allowed", "This path does not take this method; see the Allow header.");
	return { ...answer, headers: { ...answer.headers, allow: here.map(({ route }) => route.method).join(", ") } };
}
