import { Duration } from "aws-cdk-lib";
import {
	type HttpApi,
	HttpMethod,
	HttpRoute,
	HttpRouteKey,
	type IHttpRouteAuthorizer,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { Concern, type Runbook } from "./concern.ts";
import { StageFunction, type StageFunctionProps } from "./stage-function.ts";

export interface HttpFunctionProps extends StageFunctionProps {
	/** What rings when it throws: what it answers itself is never a failure. @default nothing but the door, whose 5xx these are */
	readonly failing?: { readonly impact: string; readonly runbook: Runbook };
}

/** A function behind a door. */
export class HttpFunction extends StageFunction {
	constructor(scope: Construct, id: string, { failing, ...props }: HttpFunctionProps) {
		super(scope, id, props);
		if (!failing) return;
		new Concern(this, "Failing", {
			title: `${props.entry} is failing`,
			metric: this.metricErrors({ period: Duration.minutes(5) }),
			threshold: 1,
			...failing,
		});
	}

	/** Serves these paths, any method, to whom the authorizer lets in. */
	serve(api: HttpApi, paths: readonly string[], authorizer: IHttpRouteAuthorizer): readonly HttpRoute[] {
		const integration = this.integration();
		return paths.flatMap((path) => api.addRoutes({ path, methods: [HttpMethod.ANY], integration, authorizer }));
	}

	/** Serves whatever no other route takes, to everybody; the reason says why that is right. */
	serveTheRest(api: HttpApi, openBecause: string): void {
		const integration = this.integration();
		const route = new HttpRoute(api, "Rest", { httpApi: api, routeKey: HttpRouteKey.DEFAULT, integration });
		acknowledge(route, "APIG4", openBecause);
	}

	/** One permission for all routes: one for each would outgrow the function's policy. */
	private integration(): HttpLambdaIntegration {
		return new HttpLambdaIntegration(this.node.id, this, { scopePermissionToRoute: false });
	}
}
