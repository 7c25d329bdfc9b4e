"""Sends generated requests, well and badly formed, to every operation of an OpenAPI document, each as a client that may: `cases.py ISSUER SERVER WORLD COUNT`.

WORLD is a JSON file: `clients`, by scope the id of one and its key (PEM); `known`, by the name of a field or parameter a value that means something, which
half of the well formed requests have; `always`, by operation, the fields that these have in any case. Fails where an answer is a server's error, has a status that the document does not
name for the operation, or refuses in another form than a problem (RFC 9457)."""
import base64
import collections
import hashlib
import json
import sys
import time
import uuid

import jwt
import requests
import schemathesis
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import HealthCheck, Phase, given, seed, settings, strategies
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

ISSUER, SERVER, WORLD, COUNT = sys.argv[1], sys.argv[2], json.load(open(sys.argv[3])), int(sys.argv[4])
SESSION = requests.Session()


class Client:
    """Proves itself anew for every request."""

    def __init__(self, name, pem):
        self.name, self.key = name, load_pem_private_key(pem.encode(), None)
        public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
        self.jwk = {name: public[name] for name in ("kty", "crv", "x", "y")}
        self.kid = base64.urlsafe_b64encode(
            hashlib.sha256(json.dumps(self.jwk, sort_keys=True, separators=(",", ":")).encode()).digest()).rstrip(b"=").decode()
        self.token, self.until = None, 0

    def sign(self, claims, **headers):
        return jwt.encode({"jti": uuid.uuid4().hex, "iat": int(time.time()), **claims}, self.key, algorithm="ES256", headers=headers)

    def proof(self, method, url, token=None):
        claims = {"htm": method, "htu": url}
        if token:
            claims["ath"] = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
        return self.sign(claims, typ="dpop+jwt", jwk=self.jwk)

    def headers(self, method, path):
        if time.time() > self.until:
            assertion = self.sign({"iss": self.name, "sub": self.name, "aud": ISSUER, "exp": int(time.time()) + 60}, kid=self.kid)
            answer = SESSION.post(f"{SERVER}/oauth/token", data={
                "grant_type": "client_credentials", "client_assertion": assertion,
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            }, headers={"DPoP": self.proof("POST", f"{ISSUER}/oauth/token")})
            assert answer.status_code == 200, answer.text
            self.token, self.until = answer.json()["access_token"], time.time() + 200
        return {"Authorization": f"DPoP {self.token}", "DPoP": self.proof(method, ISSUER + path, self.token)}


PARTS = ("method", "url", "headers", "params", "data", "json", "files", "cookies")


def mean(case):
    """Puts what means something in the place of what was made up."""
    for part in (case.body, case.path_parameters, case.query):
        if isinstance(part, dict):
            part.update({name: WORLD["known"][name] for name in part if name in WORLD["known"]})
    if isinstance(case.body, dict):
        case.body.update(WORLD["always"].get(case.operation.label, {}))


def send(case, client):
    made = case.as_transport_kwargs(base_url=SERVER)
    request = SESSION.prepare_request(requests.Request(**{name: made[name] for name in PARTS if name in made}))
    if client:
        path = request.url[len(SERVER):].split("?")[0]
        request.headers.update(client.headers(request.method, path))
    return request, SESSION.send(request, timeout=60, allow_redirects=False)


def main():
    schema = schemathesis.openapi.from_dict(SESSION.get(f"{SERVER}/openapi.json").json())
    clients = {}
    operations = [result.ok() for result in schema.get_all_operations()]
    each = COUNT // (len(operations) + sum("requestBody" in o.definition.raw for o in operations)) + 1
    faults, statuses, sent = [], collections.Counter(), 0
    for operation in operations:
        raw = operation.definition.raw
        scopes = [scope for need in raw.get("security", []) for scope in need.get("dpop", [])]
        client = None
        if scopes:
            name, pem = WORLD["clients"][scopes[0]]
            client = clients.setdefault(name, Client(name, pem))
        known = {int(status) for status in raw["responses"]}
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            @seed(7)
            @settings(max_examples=each, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy(generation_mode=mode), means=strategies.booleans())
            def story(case, means):
                nonlocal sent
                if means and mode == GenerationMode.POSITIVE:
                    mean(case)
                try:
                    request, answer = send(case, client)
                except (requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL, UnicodeError):
                    return  # no such request can be sent
                sent += 1
                statuses[(operation.label, answer.status_code)] += 1
                kind = answer.headers.get("content-type", "")
                what = f"{operation.label}: {answer.status_code} {kind} to {request.body!r} {request.url!r}: {answer.text[:300]}"
                if answer.status_code >= 500 or answer.status_code not in known:
                    faults.append(what)
                elif answer.status_code >= 400 and "/oauth/" not in operation.path and not kind.startswith("application/problem+json"):
                    faults.append(f"no problem: {what}")

            try:
                story()
            except Unsatisfiable:
                pass  # nothing can be wrong with a request that takes nothing
    for (label, status), count in sorted(statuses.items()):
        print(f"{count:6} {status} {label}")
    print(f"{sent} requests to {len(operations)} operations, {len(faults)} faults")
    seen = set()
    for fault in faults:
        key = fault.split(" to ")[0]
        if key not in seen:
            seen.add(key)
            print(fault)
    sys.exit(bool(faults) or sent < COUNT * 4 // 5)


main()
