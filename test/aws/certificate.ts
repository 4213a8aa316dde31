import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { python } from "./python.ts";

export type Certificate = { readonly key: string; readonly cert: string; readonly file: string };

/** Node makes keys but no certificates; the emulators' Python has what does. */
const PROGRAM = `
import datetime, json, os
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
hosts = os.environ["HOSTS"].split()
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
now = datetime.datetime.now(datetime.timezone.utc)
certificate = (
    x509.CertificateBuilder()
    .subject_name(name)
    .issuer_name(name)
    .public_key(key.public_key())
    .serial_number(x509.random_serial_number())
    .not_valid_before(now - datetime.timedelta(hours=1))
    .not_valid_after(now + datetime.timedelta(days=1))
    .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
    .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    .sign(key, hashes.SHA256())
)
pem = serialization.Encoding.PEM
pkcs8 = serialization.PrivateFormat.PKCS8
print(json.dumps({
    "key": key.private_bytes(pem, pkcs8, serialization.NoEncryption()).decode(),
    "cert": certificate.public_bytes(pem).decode(),
}))
`;

/** A certificate for host names, good for a day and trusted by whoever is given the file that it is also written to. */
export async function certificateFor(hosts: readonly string[], folder: string): Promise<Certificate> {
	const { key, cert } = JSON.parse(await python(PROGRAM, { HOSTS: hosts.join(" ") })) as Omit<Certificate, "file">;
	const file = join(folder, "trusted.pem");
	await writeFile(file, cert);
	return { key, cert, file };
}
