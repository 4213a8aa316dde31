import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { NIST80053R5Checks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import { settingsFrom } from "#lib/settings.ts";
import { prod, type Resource, synthesise } from "./synth.ts";

type Made = ReturnType<typeof synthesise>;
type Flags = Readonly<Record<string, string>>;

let opened: Made | undefined;
/** `prod` with a URL of the collector's own, synthesised once. */
const withUrl = (): Made => {
	opened ??= synthesise({ stage: "prod", frontDoor: "function-url" });
	return opened;
};

const CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000";
const WEB_ACL = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/mine/0a1b2c3d";

const collectorOf = ({ all }: Made): Resource | undefined =>
	all("AWS::Lambda::Function").find(({ Properties }) => Properties.Description === "collect/receive-events");
const typesOf = ({ resources }: Made) => resources.map(({ Type, id }) => `${Type} ${id.replace(/[0-9A-F]{8}$/, "")}`);
const outputsOf = ({ stacks }: Made) =>
	Template.fromStack(stacks.api).toJSON().Outputs as Record<string, { Value: unknown }>;
const canarySendsTo = ({ all }: Made) =>
	JSON.stringify(
		all("AWS::Lambda::Function").find(({ Properties }) => Properties.Description === "watch/send-canary")?.Properties
			.Environment.Variables.COLLECTOR_URL,
	);
const dashboardOf = ({ all }: Made) => JSON.stringify(all("AWS::CloudWatch::Dashboard")[0]?.Properties.DashboardBody);

describe("the front door that is asked for", () => {
	it("is the HTTP API when nothing is said", () => {
		expect(settingsFrom(new App().node).frontDoor).toBe("http-api");
		expect(prod().all("AWS::Lambda::Url")).toEqual([]);
	});

	it("is refused when there is none of that name", () => {
		expect(() => synthesise({ frontDoor: "alb" })).toThrow("-c frontDoor=alb: there are http-api and function-url");
	});

	it.each<{ beside: string; flags: Flags }>([
		{ beside: "a name", flags: { domain: "events.example.com", certificate: CERTIFICATE } },
		{ beside: "a firewall", flags: { webAcl: WEB_ACL } },
	])("is no function URL beside $beside, which senders would go around", ({ flags }) => {
		const chosen = (frontDoor: string) => settingsFrom(new App({ context: { ...flags, frontDoor } }).node).frontDoor;
		expect(() => chosen("function-url")).toThrow("Leave out the one or the others");
		expect(chosen("http-api")).toBe("http-api");
	});
});

describe("a function URL", () => {
	it("is the collector's, open to everybody, and leaves CORS to the function", () => {
		const [url, ...others] = withUrl().all("AWS::Lambda::Url");
		expect(others).toEqual([]);
		expect(url?.Properties).toEqual({
			AuthType: "NONE",
			TargetFunctionArn: { "Fn::ImportValue": expect.stringContaining(`${collectorOf(withUrl())?.id}Arn`) },
		});
	});

	it("may be called by everybody through the URL, and nothing else may be called by everybody", () => {
		const open = withUrl()
			.all("AWS::Lambda::Permission")
			.filter(({ Properties }) => Properties.Principal === "*");
		const FunctionName = { "Fn::GetAtt": [collectorOf(withUrl())?.id, "Arn"] };
		expect(open.map(({ Properties }) => Properties)).toEqual([
			{ Action: "lambda:InvokeFunctionUrl", FunctionName, FunctionUrlAuthType: "NONE", Principal: "*" },
			{ Action: "lambda:InvokeFunction", FunctionName, InvokedViaFunctionUrl: true, Principal: "*" },
		]);
		const callers = prod()
			.all("AWS::Lambda::Permission")
			.map(({ Properties }) => Properties.Principal);
		expect(callers).not.toContain("*");
	});

	it("adds itself, its permissions and its alarm, and takes nothing away: the HTTP API still leads to the collector", () => {
		const [before, after] = [typesOf(prod()), typesOf(withUrl())];
		expect(after).toEqual(expect.arrayContaining(before));
		const added = after.filter((type) => !before.includes(type));
		expect(added.sort()).toEqual([
			"AWS::CloudWatch::Alarm ApiCollectorDoorFailing",
			"AWS::Lambda::Permission CollectReceiveEventsinvokefunction",
			"AWS::Lambda::Permission CollectReceiveEventsinvokefunctionurl",
			"AWS::Lambda::Url CollectorDoorUrl",
		]);
	});

	it("is where SDKs and the canary are sent to, and administrators are not", () => {
		const url = { "Fn::GetAtt": [withUrl().all("AWS::Lambda::Url")[0]?.id, "FunctionUrl"] };
		expect(outputsOf(withUrl()).CollectorUrl?.Value).toEqual(url);
		expect(outputsOf(withUrl()).Url?.Value).toEqual(outputsOf(prod()).Url?.Value);
		expect(outputsOf(prod()).CollectorUrl?.Value).toEqual(outputsOf(prod()).Url?.Value);
		expect(canarySendsTo(withUrl())).toContain("CollectorDoorUrl");
		expect(canarySendsTo(prod())).not.toContain("CollectorDoorUrl");
	});

	it("is watched by what Lambda counts of it, on the dashboard and by an alarm", () => {
		const watched = ["UrlRequestCount", "Url4xxCount", "Url5xxCount", "UrlRequestLatency"];
		for (const metric of watched) {
			expect(dashboardOf(withUrl())).toContain(`AWS/Lambda\\",\\"${metric}`);
			expect(dashboardOf(prod())).not.toContain(metric);
		}
		expect(dashboardOf(withUrl())).not.toContain("AWS/ApiGateway");
		expect(dashboardOf(prod())).toContain("AWS/ApiGateway");
		const alarm = withUrl()
			.all("AWS::CloudWatch::Alarm")
			.find(({ Properties }) => String(Properties.AlarmDescription).startsWith("The collector's URL"));
		const looked = JSON.stringify(alarm?.Properties.Metrics);
		expect(looked).toContain('"Url5xxCount"');
		expect(looked).toContain('"UrlRequestCount"');
		expect(looked).toContain(collectorOf(withUrl())?.id);
	});

	it("lets through as many requests a second as the HTTP API: ten for each execution that is set aside", () => {
		const { ThrottlingRateLimit } = prod().all("AWS::ApiGatewayV2::Stage")[0]?.Properties.DefaultRouteSettings ?? {};
		expect(10 * collectorOf(withUrl())?.Properties.ReservedConcurrentExecutions).toBe(ThrottlingRateLimit);
	});

	it("is open to the public, which NIST 800-53 R5 finds beside what it finds without", () => {
		const found = ({ app }: Made) =>
			new Set(new NIST80053R5Checks().validateScope(app).violations.map(({ ruleName }) => ruleName));
		const rule = "NIST.800.53.R5-LambdaFunctionPublicAccessProhibited";
		expect(found(withUrl())).toEqual(new Set([...found(prod()), rule]));
	});
});
