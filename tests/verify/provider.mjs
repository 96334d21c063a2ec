// SPDX-License-Identifier: ISC
//
// An authorization server that is not ours: npm's oidc-provider, with the JWT
// bearer grant (RFC 7523) registered at it. The path in x5c is verified up to a
// root that is given, by node's crypto; the grant by npm's jose.
//
//	node provider.mjs ISSUER ROOT.pem SECRET
//
// Listens on a free port of 127.0.0.1, writes "ready PORT", and then a line of
// JSON for each grant. TLS and the client's name are the business of the proxy
// in front: oidc-provider wants to know a client, and the grant has none.

import crypto, { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { jwtVerify } from 'jose';
import Provider, { errors } from 'oidc-provider';

const [issuer, root, secret] = process.argv.slice(2);
const trusted = new X509Certificate(readFileSync(root));
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];
const RESOURCE = 'https://api.example.com/';
const SCOPES = 'demo:read demo:write';
const MAX_AGE_S = 120;
const used = new Set();
const keys = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });

const refuse = (why) => {
	throw new errors.InvalidGrant(why);
};

// The leaf, where each is issued by the next and the last one by the root.
function leafOf(x5c)
{
	if (!Array.isArray(x5c) || x5c.length === 0)
		refuse('x5c is not an array of certificates');
	const path = x5c.map((c) => new X509Certificate(
	    Buffer.from(c, 'base64')));
	const now = new Date();
	path.forEach((c, i) => {
		const above = path[i + 1] ?? trusted;
		if (!c.checkIssued(above) || !c.verify(above.publicKey))
			refuse(`certificate ${i} is not issued by the next`);
		if (now < new Date(c.validFrom) || now > new Date(c.validTo))
			refuse(`certificate ${i} is not valid now`);
	});
	return path[0];
}

function identifierOf(certificate)
{
	const line = certificate.subject.split('\n').find((l) =>
	    /^(organizationIdentifier|2\.5\.4\.97)=/.test(l));
	return line?.replace(/^[^=]*=/, '') ??
	    refuse('the Subject has no organizationIdentifier');
}

async function verified(assertion)
{
	let leaf;
	const { payload, protectedHeader } = await jwtVerify(assertion,
	    (header) => {
		leaf = leafOf(header.x5c);
		return leaf.publicKey;
	    }, {
		algorithms: ALGORITHMS,
		audience: issuer,
		requiredClaims: ['iss', 'scope', 'iat', 'exp', 'jti'],
	    });
	if (typeof payload.aud !== 'string')
		refuse('aud is not one text');
	if (payload.exp - payload.iat > MAX_AGE_S)
		refuse('the grant lives for too long');
	if (used.has(payload.jti))
		refuse('the grant was used before');
	used.add(payload.jti);
	return { payload, protectedHeader, id: identifierOf(leaf) };
}

async function grant(ctx, next)
{
	let got;
	try {
		got = await verified(String(ctx.oidc.params.assertion));
	} catch (error) {
		console.log(JSON.stringify({
			refused: error.error_detail ?? error.message }));
		if (error instanceof errors.OIDCProviderError)
			throw error;
		refuse(error.message);
	}
	const { payload, protectedHeader, id } = got;
	console.log(JSON.stringify({ claims: payload, id,
		header: { ...protectedHeader, x5c: protectedHeader.x5c.length } }));
	for (const scope of payload.scope.split(' '))
		if (!SCOPES.split(' ').includes(scope))
			throw new errors.InvalidScope(
			    'requested scope is not allowed', scope);
	ctx.oidc.consumer = { authority: 'etsi-en-319-412', ID: id };
	const token = new ctx.oidc.provider.ClientCredentials({
		client: ctx.oidc.client,
		scope: payload.scope,
		resourceServer: new ctx.oidc.provider.ResourceServer(RESOURCE, {
			accessTokenFormat: 'jwt',
			jwt: { sign: { alg: 'RS256' } },
			scope: SCOPES,
		}),
	});
	ctx.oidc.entity('ClientCredentials', token);
	ctx.body = {
		access_token: await token.save(),
		expires_in: token.expiration,
		token_type: token.tokenType,
		scope: token.scope,
	};
	await next();
}

const provider = new Provider(issuer, {
	clients: [{
		client_id: 'proxy',
		client_secret: secret,
		grant_types: [GRANT],
		redirect_uris: [],
		response_types: [],
		token_endpoint_auth_method: 'client_secret_basic',
	}],
	clientAuthMethods: ['client_secret_basic', 'private_key_jwt'],
	enabledJWA: { clientAuthSigningAlgValues: ALGORITHMS },
	extraTokenClaims: (ctx) => ({ consumer: ctx.oidc.consumer }),
	features: { devInteractions: { enabled: false } },
	jwks: { keys: [keys.privateKey.export({ format: 'jwk' })] },
	ttl: { ClientCredentials: 120 },
});
provider.registerGrantType(GRANT, grant, ['assertion']);
provider.proxy = true;
const server = provider.listen(0, '127.0.0.1', () => {
	console.log(`ready ${server.address().port}`);
});
