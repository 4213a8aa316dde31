import { Duration } from "aws-cdk-lib";
import type { HttpApi, HttpMethod, IHttpRouteAuthorizer } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { Concern, type Runbook } from "./concern.ts";
import { StageFunction, type StageFunctionProps } from "./stage-function.ts";

export interface HttpFunctionProps extends StageFunctionProps {
	readonly impact: string;
	readonly runbook: Runbook;
}

export type Route = { readonly path: string; readonly methods: readonly HttpMethod[] };

export type Guard = { readonly authorizer: IHttpRouteAuthorizer } | { readonly openBecause: string };

/** A function behind the HTTP API, and the alarm for when it throws: what it answers itself is never a failure. */
export class HttpFunction extends StageFunction {
	constructor(scope: Construct, id: string, { impact, runbook, ...props }: HttpFunctionProps) {
		super(scope, id, props);
		new Concern(this, "Failing", {
			title: `${props.entry} is failing`,
			metric: this.metricErrors({ period: Duration.minutes(5) }),
			threshold: 1,
			impact,
			runbook,
		});
	}

	/**
	 * Hangs the routes on the API, behind an authorizer or with the reason why they need none. One permission for all of
	 * them: one for each would outgrow the function's policy.
	 */
	serve(api: HttpApi, routes: readonly Route[], guard: Guard): void {
		const integration = new HttpLambdaIntegration(this.node.id, this, { scopePermissionToRoute: false });
		const authorizer = "authorizer" in guard ? guard.authorizer : undefined;
		for (const { path, methods } of routes) {
			for (const route of api.addRoutes({ path, methods: [...methods], integration, authorizer })) {
				if ("openBecause" in guard) acknowledge(route, "APIG4", guard.openBecause);
			}
		}
	}
}
