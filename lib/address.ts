import type { Node } from "constructs";

/**
 * Where the two doors stand on the internet beside the address that AWS gives them. All of it is optional, and all of it is
 * somebody's own: the name, its certificate and its firewall are made outside of Tutti.
 */
export type Address = {
	/** A name of your own, so that trackers are first-party. */
	readonly domain?: {
		readonly name: string;
		/** Of ACM, in the region of the stack; with `webAclArn` in us-east-1, for CloudFront then answers for the name. */
		readonly certificateArn: string;
		/** Of Route 53: the record is made there. @default you make it yourself, to what the output `AddressTarget` says */
		readonly hostedZoneId?: string;
	};
	/** A web ACL of AWS WAF for CloudFront. An HTTP API takes none itself, so a distribution is put in front of it. */
	readonly webAclArn?: string;
};

const CERTIFICATE = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]+$/;
const GLOBAL_ACL = /^arn:aws:wafv2:us-east-1:\d{12}:global\/webacl\//;
const NAME = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/**
 * Reads `-c domain= -c certificate= -c hostedZone= -c webAcl=`. Throws what is wrong with them, and what would be right:
 * CloudFormation would say it after minutes, in other words.
 */
export function addressFrom(node: Node): Address {
	const said: Said = (flag) => {
		const value: unknown = node.tryGetContext(flag);
		return typeof value === "string" && value !== "" ? value : undefined;
	};
	const [domain, webAclArn] = [domainFrom(said), said("webAcl")];
	if (webAclArn !== undefined && !GLOBAL_ACL.test(webAclArn))
		throw new Error(
			"-c webAcl: it must be the ARN of a web ACL for CloudFront (arn:aws:wafv2:us-east-1:…:global/webacl/…)",
		);
	if (webAclArn !== undefined && domain && domain.certificateArn.split(":")[3] !== "us-east-1")
		throw new Error(
			"-c certificate: with -c webAcl CloudFront answers for the domain, and takes certificates of us-east-1 only",
		);
	return { ...(domain && { domain }), ...(webAclArn !== undefined && { webAclArn }) };
}

type Said = (flag: string) => string | undefined;

function domainFrom(said: Said): Address["domain"] {
	const [name, certificateArn, hostedZoneId] = [said("domain"), said("certificate"), said("hostedZone")];
	if (name === undefined) {
		if (certificateArn ?? hostedZoneId) throw new Error("-c certificate and -c hostedZone belong to a -c domain");
		return undefined;
	}
	if (!NAME.test(name)) throw new Error(`-c domain=${name}: it must be a host name such as events.example.com`);
	if (certificateArn === undefined || !CERTIFICATE.test(certificateArn))
		throw new Error("-c domain needs -c certificate, the ARN of its certificate in ACM (arn:aws:acm:…:certificate/…)");
	return { name, certificateArn, ...(hostedZoneId !== undefined && { hostedZoneId }) };
}
