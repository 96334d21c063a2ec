# SPDX-License-Identifier: ISC
"""Verify a grant that comes on standard input with PyJWT and cryptography.

None of our code, none of our libraries. Prints what it found as JSON; a
complaint ends with exit code 1.

    python3 verify.py [--alg ALG] [--aud AUD] [--scope SCOPE] [--iss ISS]
"""

import argparse
import base64
import json
import sys
import time
import uuid

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding


def must(condition, complaint):
    """End with a complaint unless the condition holds."""
    if not condition:
        sys.exit(complaint)


def verify(compact, want):
    """Check every part of the grant; WANT has what is asked for, or None."""
    must(compact.count(".") == 2 and "=" not in compact, "not a compact JWS")
    header = jwt.get_unverified_header(compact)
    must(set(header) == {"alg", "x5c"}, f"header members: {sorted(header)}")
    must(want.alg in (None, header["alg"]), "alg is " + header["alg"])

    path = []
    for text in header["x5c"]:
        der = base64.b64decode(text, validate=True)
        must(base64.b64encode(der).decode() == text, "x5c: not base64")
        path.append(x509.load_der_x509_certificate(der))
    for child, parent in zip(path, path[1:]):
        must(child.issuer == parent.subject, "x5c is out of order")
        parent.public_key().verify(
            child.signature,
            child.tbs_certificate_bytes,
            padding.PKCS1v15(),
            child.signature_hash_algorithm,
        )

    claims = jwt.decode(
        compact,
        key=path[0].public_key(),
        algorithms=[header["alg"]],
        audience=want.aud,
        options={
            "require": ["aud", "exp", "iat", "iss", "jti", "scope"],
            "verify_aud": want.aud is not None,
        },
    )
    must(
        set(claims) == {"aud", "exp", "iat", "iss", "jti", "scope"},
        f"claims: {sorted(claims)}",
    )
    must(0 < claims["exp"] - claims["iat"] <= 120, "lives too long")
    must(abs(time.time() - claims["iat"]) < 60, "iat is not now")
    must(uuid.UUID(claims["jti"]).version == 4, "jti is no random UUID")
    must(isinstance(claims["aud"], str), "aud is no text")
    must(want.scope in (None, claims["scope"]), "scope: " + claims["scope"])
    must(want.iss in (None, claims["iss"]), "iss: " + claims["iss"])
    return json.dumps(
        {
            "alg": header["alg"],
            "path": len(path),
            "bits": path[0].public_key().key_size,
            "iss": claims["iss"],
            "jti": claims["jti"],
        }
    )


def verify_file(path, *arguments):
    """The same for the grant in a file; "-" is standard input."""
    parser = argparse.ArgumentParser()
    for name in ("alg", "aud", "scope", "iss"):
        parser.add_argument("--" + name)
    want = parser.parse_args(arguments)
    with open(0 if path == "-" else path, encoding="utf-8") as grant:
        return verify(grant.read().removesuffix("\n"), want)


if __name__ == "__main__":
    print(verify_file("-", *sys.argv[1:]))
