// SPDX-License-Identifier: ISC
//
// Verify grants with npm's jose and node's own crypto: none of our code, none
// of our libraries. Each line of standard input is one, with what it has to be:
//
//	NAME <tab> TIME <tab> ALG <tab> AUD <tab> SCOPE <tab> ISS <tab> GRANT
//
// where TIME, in seconds, is when it was made and "-" is anything. Prints a
// line for each: yes, its name and what was found, as JSON; or no, its name and
// the complaint.

import { readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { compactVerify, importX509 } from 'jose';

function must(condition, complaint) {
	if (!condition)
		throw new Error(complaint);
}

async function verify(want, compact) {
	must(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(compact),
	    'not three parts in base64url without padding');
	const [header, claims] = compact.split('.').slice(0, 2)
	    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));

	// RFC 7515, 4.1.6: an array of base64 (not base64url), leaf first.
	must(Object.keys(header).sort().join() === 'alg,x5c',
	    `header members are ${Object.keys(header)}`);
	must(Array.isArray(header.x5c) && header.x5c.length > 0, 'no x5c array');
	const path = header.x5c.map((text) => {
		const der = Buffer.from(text, 'base64');
		must(der.toString('base64') === text, 'x5c is not padded base64');
		return new X509Certificate(der);
	});
	for (let i = 0; i + 1 < path.length; i++) {
		must(path[i].checkIssued(path[i + 1]),
		    `certificate ${i + 1} did not issue certificate ${i}`);
		must(path[i].verify(path[i + 1].publicKey),
		    `certificate ${i} is not signed with the key of ${i + 1}`);
	}
	must(new Set(header.x5c).size === path.length, 'a certificate twice');
	must(!path[0].ca, 'the first certificate is an authority');

	const key = await importX509(path[0].toString(), header.alg);
	await compactVerify(compact, key, { algorithms: [header.alg] })
	    .catch((e) => must(false, String(e)));

	// What Maskinporten documents for an eSeal grant, and nothing else.
	must(Object.keys(claims).sort().join() === 'aud,exp,iat,iss,jti,scope',
	    `claims are ${Object.keys(claims)}`);
	for (const name of ['iat', 'exp'])
		must(Number.isSafeInteger(claims[name]), `${name} is no integer`);
	must(claims.exp > claims.iat && claims.exp - claims.iat <= 120,
	    `lives ${claims.exp - claims.iat} s`);
	must(Math.abs(want.time - claims.iat) < 60,
	    'iat is not when it was made');
	must(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
	    .test(claims.jti), 'jti is no random UUID');
	for (const name of ['aud', 'scope', 'iss']) {
		must(typeof claims[name] === 'string', `${name} is no text`);
		must(want[name] === undefined || want[name] === claims[name],
		    `${name} is ${claims[name]}`);
	}
	must(want.alg === undefined || want.alg === header.alg,
	    `alg is ${header.alg}`);

	return JSON.stringify({ alg: header.alg, path: path.length,
		bits: path[0].publicKey.asymmetricKeyDetails.modulusLength,
		iss: claims.iss, jti: claims.jti });
}

for (const line of readFileSync(0, 'utf8').trimEnd().split('\n')) {
	const [name, time, alg, aud, scope, iss, compact] = line.split('\t');
	const want = Object.fromEntries(
	    Object.entries({ time, alg, aud, scope, iss })
		.filter(([, text]) => text !== '-'));
	await verify(want, compact)
	    .then((found) => console.log(`yes\t${name}\t${found}`))
	    .catch((e) => console.log(`no\t${name}\t${e.message}`));
}
