import { CfnOutput, Fn } from "aws-cdk-lib";
import { ApiMapping, DomainName, type HttpApi, type IStage, SecurityPolicy } from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import {
	AllowedMethods,
	CachePolicy,
	Distribution,
	OriginRequestPolicy,
	SecurityPolicyProtocol,
	ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { AaaaRecord, ARecord, HostedZone, type IAliasRecordTarget, RecordTarget } from "aws-cdk-lib/aws-route53";
import { ApiGatewayv2DomainProperties, CloudFrontTarget } from "aws-cdk-lib/aws-route53-targets";
import { Construct } from "constructs";
import type { Address } from "../address.ts";
import { acknowledge } from "./acknowledge.ts";
import { securityHeadersPolicy } from "./security-headers.ts";

export interface PublicAddressProps {
	readonly api: HttpApi;
	readonly stage: IStage;
	readonly address: Address;
}

/** Nothing of it is made unless it is asked for; then it stands in front of the address that AWS gives, which stays open. */
export class PublicAddress extends Construct {
	/** Where SDKs and the command line send to. */
	readonly url: string;

	constructor(scope: Construct, id: string, { api, stage, address }: PublicAddressProps) {
		super(scope, id);
		const { domain, webAclArn } = address;
		const front =
			webAclArn !== undefined ? this.behindFirewall(api, { ...address, webAclArn }) : this.ownName(api, stage, domain);
		this.url = domain ? `https://${domain.name}/` : (front?.url ?? stage.url);
		if (!domain || !front) return;
		if (domain.hostedZoneId !== undefined) this.pointTo(front.target, domain.name, domain.hostedZoneId);
		new CfnOutput(this, "Target", { value: front.host, description: `What the name ${domain.name} must point to` });
	}

	private ownName(api: HttpApi, stage: IStage, domain: Address["domain"]): Front | undefined {
		if (!domain) return undefined;
		const certificate = Certificate.fromCertificateArn(this, "Certificate", domain.certificateArn);
		const name = new DomainName(this, "Domain", {
			domainName: domain.name,
			certificate,
			securityPolicy: SecurityPolicy.TLS_1_2,
		});
		new ApiMapping(this, "Mapping", { api, stage, domainName: name });
		return {
			url: `https://${domain.name}/`,
			host: name.regionalDomainName,
			target: new ApiGatewayv2DomainProperties(name.regionalDomainName, name.regionalHostedZoneId),
		};
	}

	/** Nothing is cached, and everything that a sender said is passed on but the name of the host, which is CloudFront's here. */
	private behindFirewall(api: HttpApi, { domain, webAclArn }: Address & { readonly webAclArn: string }): Front {
		const named = domain && {
			domainNames: [domain.name],
			certificate: Certificate.fromCertificateArn(this, "Certificate", domain.certificateArn),
		};
		const distribution = new Distribution(this, "Edge", {
			comment: "Tutti: the firewall in front of the collector and the admin API",
			webAclId: webAclArn,
			minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
			defaultBehavior: {
				origin: new HttpOrigin(Fn.select(2, Fn.split("/", api.apiEndpoint))),
				allowedMethods: AllowedMethods.ALLOW_ALL,
				cachePolicy: CachePolicy.CACHING_DISABLED,
				originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
				responseHeadersPolicy: securityHeadersPolicy(this),
				viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
				compress: false,
			},
			...named,
		});
		acknowledge(
			distribution,
			"CFR3",
			"Its logs would hold the addresses of people and the queries of pixels; the HTTP API logs each request without them.",
		);
		acknowledge(
			distribution,
			"CFR1",
			"Events come from every country; who wants to leave some out says so in the web ACL.",
		);
		if (!domain)
			acknowledge(
				distribution,
				"CFR4",
				"Without a name of one's own CloudFront's certificate is used, and its policy cannot be chosen.",
			);
		return {
			url: `https://${distribution.domainName}/`,
			host: distribution.domainName,
			target: new CloudFrontTarget(distribution),
		};
	}

	private pointTo(target: IAliasRecordTarget, recordName: string, hostedZoneId: string): void {
		const zone = HostedZone.fromHostedZoneAttributes(this, "Zone", { hostedZoneId, zoneName: recordName });
		// With a dot at its end a name is whole: what the zone is called does not matter then.
		const record = { zone, recordName: `${recordName}.`, target: RecordTarget.fromAlias(target) };
		new ARecord(this, "Record", record);
		new AaaaRecord(this, "RecordIpv6", record);
	}
}

type Front = { readonly url: string; readonly host: string; readonly target: IAliasRecordTarget };
