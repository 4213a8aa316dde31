import { type Deployment, outputOf } from "./deployment.ts";
import { signedCall } from "./signed-call.ts";

const EMAIL = "operator@example.com";
const PASSWORD = "Correct-horse-battery-9";

/** Makes the first administrator, by the three calls of docs/how-to/deploy.md, and answers a token for the admin API. */
export async function signIn({ endpoint, outputs }: Deployment): Promise<string> {
	const UserPoolId = outputOf(outputs, "tutti-dev-api", "UserPoolId");
	const ClientId = outputOf(outputs, "tutti-dev-api", "UserPoolClientId");
	const cognito = <Answer>(action: string, body: object) =>
		signedCall<Answer>(endpoint, {
			service: "cognito-idp",
			target: `AWSCognitoIdentityProviderService.${action}`,
			body: { UserPoolId, ...body },
		});

	await cognito("AdminCreateUser", { Username: EMAIL, TemporaryPassword: PASSWORD, MessageAction: "SUPPRESS" });
	await cognito("AdminSetUserPassword", { Username: EMAIL, Password: PASSWORD, Permanent: true });
	const { AuthenticationResult } = await cognito<{ AuthenticationResult: { AccessToken: string } }>(
		"AdminInitiateAuth",
		{
			ClientId,
			AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
			AuthParameters: { USERNAME: EMAIL, PASSWORD },
		},
	);
	return AuthenticationResult.AccessToken;
}
