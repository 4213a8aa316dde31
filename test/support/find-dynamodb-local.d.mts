export function findDynamoDbLocal(): string | undefined;
