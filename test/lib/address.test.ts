import { App } from "aws-cdk-lib";
import { describe, expect, it } from "vitest";
import { SECURITY_HEADERS } from "#functions/shared/security-headers.ts";
import { addressFrom } from "#lib/address.ts";
import { synthesise } from "./synth.ts";

const CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000";
const GLOBAL_CERTIFICATE = CERTIFICATE.replace("eu-west-1", "us-east-1");
const WEB_ACL = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/mine/0a1b2c3d";
const NAMED = { domain: "events.example.com", certificate: CERTIFICATE, hostedZone: "Z0123456789" };

const address = (context: Readonly<Record<string, string | undefined>>) => addressFrom(new App({ context }).node);
const made = (context: Record<string, string>) => {
	const { all } = synthesise({ stage: "dev", ...context });
	return (type: string) => all(type).map(({ Properties }) => Properties);
};

describe("what is asked for", () => {
	it("is nothing at first", () => {
		expect(address({})).toEqual({});
	});

	it.each([
		{ given: { domain: "localhost" }, says: "it must be a host name such as" },
		{ given: { domain: "events.example.com" }, says: "needs -c certificate" },
		{ given: { domain: "events.example.com", certificate: "mine" }, says: "arn:aws:acm:" },
		{ given: { hostedZone: "Z0123456789" }, says: "belong to a -c domain" },
		{ given: { webAcl: "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/mine/1" }, says: "for CloudFront" },
		{ given: { ...NAMED, webAcl: WEB_ACL }, says: "certificates of us-east-1 only" },
	])(
		"is refused in words that say what would be right: $says",
		({ given, says }: { given: Readonly<Record<string, string | undefined>>; says: string }) => {
			expect(() => address(given)).toThrow(says);
		},
	);
});

describe("the public address", () => {
	it("is the one that AWS gives, when nothing else is asked for", () => {
		const of = made({});
		for (const type of ["AWS::ApiGatewayV2::DomainName", "AWS::CloudFront::Distribution", "AWS::Route53::RecordSet"])
			expect(of(type), type).toEqual([]);
	});

	it("is a name of one's own over TLS 1.2, with its records when the zone is given", () => {
		const of = made(NAMED);
		expect(of("AWS::ApiGatewayV2::DomainName")).toMatchObject([
			{
				DomainName: "events.example.com",
				DomainNameConfigurations: [{ CertificateArn: CERTIFICATE, SecurityPolicy: "TLS_1_2" }],
			},
		]);
		expect(of("AWS::ApiGatewayV2::ApiMapping")).toMatchObject([{ Stage: "$default" }]);
		expect(of("AWS::Route53::RecordSet")).toMatchObject([
			{ Name: "events.example.com.", HostedZoneId: "Z0123456789", Type: "A" },
			{ Name: "events.example.com.", HostedZoneId: "Z0123456789", Type: "AAAA" },
		]);
	});

	it("is CloudFront with the firewall, which passes everything on and caches nothing", () => {
		const of = made({ ...NAMED, certificate: GLOBAL_CERTIFICATE, webAcl: WEB_ACL });
		expect(of("AWS::ApiGatewayV2::DomainName")).toEqual([]);
		expect(of("AWS::CloudFront::Distribution")).toMatchObject([
			{
				DistributionConfig: {
					Aliases: ["events.example.com"],
					WebACLId: WEB_ACL,
					DefaultCacheBehavior: {
						AllowedMethods: expect.arrayContaining(["OPTIONS", "POST", "DELETE"]),
						// AWS's own policies: CachingDisabled, AllViewerExceptHostHeader
						CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
						OriginRequestPolicyId: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
						ViewerProtocolPolicy: "https-only",
					},
					ViewerCertificate: { AcmCertificateArn: GLOBAL_CERTIFICATE, MinimumProtocolVersion: "TLSv1.2_2021" },
				},
			},
		]);
	});

	it("adds, with the firewall, what our answers carry to those that API Gateway makes itself", () => {
		const of = made({ webAcl: WEB_ACL });
		const [policy, ...others] = of("AWS::CloudFront::ResponseHeadersPolicy");
		expect(others).toEqual([]);
		const { SecurityHeadersConfig, CustomHeadersConfig } = policy?.ResponseHeadersPolicyConfig ?? {};
		const override = false; // what a function says stays
		expect(SecurityHeadersConfig).toEqual({
			ContentTypeOptions: { Override: override },
			ContentSecurityPolicy: { ContentSecurityPolicy: SECURITY_HEADERS["content-security-policy"], Override: override },
			StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, Override: override },
		});
		const kept = { Header: "cache-control", Value: SECURITY_HEADERS["cache-control"], Override: override };
		expect(CustomHeadersConfig.Items).toEqual([kept]);
		// `nosniff` is what CloudFront calls content type options
		expect(Object.keys(SECURITY_HEADERS)).toHaveLength(3);
		const [edge] = of("AWS::CloudFront::Distribution");
		expect(edge?.DistributionConfig.DefaultCacheBehavior.ResponseHeadersPolicyId.Ref).toContain("Headers");
	});
});
