import { hash } from "node:crypto";

/** SHA-256 of a text's UTF-8 bytes in base64url: what leaf keys are cut from and write keys are kept as. */
export const sha256 = (text: string): string => hash("sha256", text, "base64url");
