// SPDX-License-Identifier: ISC
//
// The same job in node: node-forge opens the soft token, jose signs, https
// sends. NODE_EXTRA_CA_CERTS names the CA, besides the ones node brings.
//
// usage: node token.mjs P12 PINFILE PORT SCOPE
import { createPrivateKey, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { SignJWT } from "jose";
import forge from "node-forge";

const [p12File, pinFile, port, scope] = process.argv.slice(2);
const { pkcs12, pki, asn1, util } = forge;
const issuer = `https://127.0.0.1:${port}/`;

function load() {
	const pin = readFileSync(pinFile, "utf8").trimEnd();
	const der = asn1.fromDer(readFileSync(p12File, "binary"));
	const p12 = pkcs12.pkcs12FromAsn1(der, pin);
	const { pkcs8ShroudedKeyBag, certBag } = pki.oids;
	const [key] = p12.getBags({ bagType: pkcs8ShroudedKeyBag })[
		pkcs8ShroudedKeyBag];
	const certs = p12.getBags({ bagType: certBag })[certBag];
	return {
		key: createPrivateKey(pki.privateKeyToPem(key.key)),
		x5c: certs.map((bag) => util.encode64(
			asn1.toDer(pki.certificateToAsn1(bag.cert)).bytes())),
		o: certs[0].cert.subject.getField("O").value,
	};
}

function post(body) {
	return new Promise((resolve, reject) => {
		const req = request(`${issuer}token`, {
			method: "POST",
			headers: {
				"Content-Type":
					"application/x-www-form-urlencoded",
				"Content-Length": Buffer.byteLength(body),
			},
		}, (res) => {
			let text = "";
			res.setEncoding("utf8");
			res.on("data", (part) => { text += part; });
			res.on("end", () => res.statusCode === 200
				? resolve(JSON.parse(text))
				: reject(new Error(text)));
		});
		req.on("error", reject);
		req.end(body);
	});
}

const { key, x5c, o } = load();
const now = Math.floor(Date.now() / 1000);
const assertion = await new SignJWT({ scope })
	.setProtectedHeader({ alg: "RS256", x5c })
	.setIssuer(o)
	.setAudience(issuer)
	.setIssuedAt(now)
	.setExpirationTime(now + 100)
	.setJti(randomUUID())
	.sign(key);
const reply = await post(new URLSearchParams({
	grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
	assertion,
}).toString());
console.log(reply.access_token);
