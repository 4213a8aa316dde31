import { describe, expect, it } from "vitest";
import { prod } from "./synth.ts";

const routes = () => prod().all("AWS::ApiGatewayV2::Route");
const adminLines = Object.values(
	import.meta.glob<string>("/functions/admin/serve-admin-api/*.ts", { query: "?raw", import: "default", eager: true }),
).flatMap((source) => source.match(/"(?:GET|POST|PUT|DELETE|PATCH) \/[^"]+"/g) ?? []);

describe("the admin API", () => {
	it("is every route but one, each behind the administrators' token", () => {
		const guarded = routes().filter(({ Properties }) => Properties.AuthorizationType === "JWT");
		expect(guarded).toHaveLength(routes().length - 1);
		for (const { Properties } of guarded) {
			expect(Properties.RouteKey).toMatch(/^ANY \/v1\/[a-z]+(\/\{proxy\+\})?$/);
			expect(Properties.AuthorizerId).toBeDefined();
		}
	});

	it("is reached by every path that the function serves", () => {
		const served = routes().map(({ Properties }) => Properties.RouteKey);
		const paths = [...new Set(adminLines.map((line) => line.replaceAll('"', "").split(" ")[1] ?? ""))];
		expect(paths.length).toBeGreaterThan(5);
		for (const path of paths) {
			const [, , resource, rest] = path.split("/");
			expect(served).toContain(rest === undefined ? `ANY /v1/${resource}` : `ANY /v1/${resource}/{proxy+}`);
		}
	});

	it("lets through fewer requests by each of its routes than the public sends, once the route is there", () => {
		const [stage] = prod().all("AWS::ApiGatewayV2::Stage");
		const guarded = routes().filter(({ Properties }) => Properties.AuthorizationType === "JWT");
		const limit = { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 };
		const limits = guarded.map(({ Properties }) => [Properties.RouteKey, limit]);
		expect(limits.length).toBeGreaterThan(20);
		expect(stage?.Properties.RouteSettings).toEqual(Object.fromEntries(limits));
		for (const { id } of guarded) expect(stage?.DependsOn).toContain(id);
	});

	it("takes tokens of our pool for our client only", () => {
		const [authorizer, ...others] = prod().all("AWS::ApiGatewayV2::Authorizer");
		expect(others).toEqual([]);
		expect(authorizer?.Properties).toMatchObject({
			AuthorizerType: "JWT",
			IdentitySource: ["$request.header.Authorization"],
			JwtConfiguration: { Audience: [{ Ref: prod().all("AWS::Cognito::UserPoolClient")[0]?.id }] },
		});
	});

	it("lets nobody sign up, and wants a second factor of those who may sign in", () => {
		expect(prod().all("AWS::Cognito::UserPool")[0]?.Properties).toMatchObject({
			AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
			MfaConfiguration: "ON",
			EnabledMfas: ["SOFTWARE_TOKEN_MFA"],
			DeletionProtection: "ACTIVE",
		});
	});
});

it("leaves every other path, preflights included, to the collector, which is open to all", () => {
	const open = routes().filter(({ Properties }) => Properties.AuthorizationType !== "JWT");
	expect(open.map(({ Properties }) => Properties.RouteKey)).toEqual(["$default"]);
	const integration = open[0]?.Properties.Target["Fn::Join"][1][1].Ref;
	const uri = prod().resources.find(({ id }) => id === integration)?.Properties.IntegrationUri;
	expect(uri["Fn::ImportValue"]).toContain("CollectReceiveEvents");
	expect(prod().all("AWS::ApiGatewayV2::Api")[0]?.Properties).not.toHaveProperty("CorsConfiguration");
});

it("is throttled, for all sources together", () => {
	const [stage] = prod().all("AWS::ApiGatewayV2::Stage");
	expect(stage?.Properties).toMatchObject({
		StageName: "$default",
		DefaultRouteSettings: { ThrottlingRateLimit: 2_000, ThrottlingBurstLimit: 4_000 },
	});
});

it("logs each request without its path, query, address or token", () => {
	const [stage] = prod().all("AWS::ApiGatewayV2::Stage");
	const { Format, DestinationArn } = stage?.Properties.AccessLogSettings ?? {};
	expect(DestinationArn).toBeDefined();
	const variables = Object.values(JSON.parse(Format)).sort();
	expect(variables).toEqual([
		"$context.integration.error",
		"$context.requestId",
		"$context.requestTimeEpoch",
		"$context.routeKey",
		"$context.status",
	]);
});
