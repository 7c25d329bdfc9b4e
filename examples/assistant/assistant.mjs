// A small assistant: "Where am I likely to go next, and what is good there?" It knows only what its user's operator tells it, as far as the user
// allows, and says plainly what it was not allowed to see. Usage: node assistant.mjs OPERATOR [CLIENT]
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from "@modelcontextprotocol/client";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const [operator, id = "this-machine"] = process.argv.slice(2);
if (!operator) {
  console.error("usage: node assistant.mjs OPERATOR [CLIENT], for example: node assistant.mjs http://127.0.0.1:8080");
  process.exit(2);
}
const places = JSON.parse(readFileSync(new URL("places.json", import.meta.url)));
const WORDS = {
  "location.zone": "the area you are in", "location.label": "what kind of place you are at", "mobility.next_place": "where you probably go next",
  "mobility.routine": "whether today is like other days", "usage.interest": "an interest, from your apps", "web.interest": "an interest, from sites you visit",
  "account.roaming_country": "the country your phone is in", "account.data_volume": "how much mobile data you have left",
};
const REASONS = {
  not_granted: "you have not allowed it", expired: "your permission has ended", purpose_mismatch: "you allowed it for something else",
  assurance_too_low: "it is not told to this kind of assistant", not_available: "it is not available",
};

// The browser comes back to a port of this machine.
const back = createServer();
await new Promise((ready) => back.listen(0, "127.0.0.1", ready));
const redirectUrl = `http://127.0.0.1:${back.address().port}/callback`;
const kept = {};
const provider = {
  redirectUrl,
  clientMetadata: { client_name: "example assistant", redirect_uris: [redirectUrl], token_endpoint_auth_method: "none" },
  clientInformation: () => ({ client_id: id }),
  state: () => (kept.state = crypto.randomUUID()),
  tokens: () => kept.tokens,
  saveTokens: (tokens) => { kept.tokens = tokens; },
  saveCodeVerifier: (verifier) => { kept.verifier = verifier; },
  codeVerifier: () => kept.verifier,
  saveDiscoveryState: (found) => { kept.found = found; },
  discoveryState: () => kept.found,
  redirectToAuthorization: (address) => { console.log(`Open this page of your operator, and decide what I may know:\n${address.href}\n`); },
};

/** Waits for the browser, and gets tokens for what it brings. */
async function comesBack(over) {
  const answer = await new Promise((came) => back.once("request", (request, response) => {
    response.end("You can go back to the assistant.\n");
    came(new URL(request.url, redirectUrl).searchParams);
  }));
  if (answer.get("state") !== kept.state) throw new Error("the browser brought an answer to another question");
  if (answer.get("error")) {
    console.log("You said no, so I know nothing about you. That is fine.");
    process.exit(0);
  }
  await over.finishAuth(answer);
}

async function connect() {
  const over = new StreamableHTTPClientTransport(new URL(`${operator}/mcp`), { authProvider: provider });
  const client = new Client({ name: "example-assistant", version: "1" });
  try {
    await client.connect(over);
    return client;
  } catch (e) {
    if (!(e instanceof UnauthorizedError)) throw e;
    await comesBack(over);
    return connect();
  }
}

const client = await connect();
const allowed = (await client.callTool({ name: "get_permissions", arguments: {} })).structuredContent;
const answer = await client.callTool({ name: "get_context", arguments: {} });
const context = answer.structuredContent;
const of = (category) => context.items.find((item) => item.category === category);

console.log("> Where am I likely to go next, and what is good there?\n");
const next = of("mobility.next_place"), here = of("location.zone");
const interest = (of("usage.interest") ?? of("web.interest"))?.value.topic;
const near = next?.value.near ?? here?.value.near;
const fits = places.filter((place) => place.near === near);
const liked = fits.filter((place) => interest && place.topics.some((topic) => String(interest).includes(topic)));
console.log(context.summary);
if (!next) console.log("Where you go next I cannot say: I was not told.");
if (near) {
  console.log(`Good there: ${(liked.length ? liked : fits).slice(0, 3).map((place) => place.name).join(", ")}${liked.length ? `, since you like ${interest}` : ""}.`);
} else {
  console.log("What is good there I cannot say either: I do not know the area.");
}

console.log("\nWhat I was told, and may keep for", Math.ceil(context.obligations.retain_s / 60), "minutes:");
const until = answer._meta?.["dongui/until"] ?? {};
for (const item of context.items) console.log(`- ${WORDS[item.category]}${until[item.category] ? `, until ${until[item.category].slice(0, 10)}` : ""}`);
if (context.items.length === 0) console.log("- nothing");
console.log("What I was not allowed to see:");
for (const one of context.withheld) console.log(`- ${WORDS[one.category]}: ${REASONS[one.reason]}`);
for (const category of allowed.can_request) console.log(`- ${WORDS[category]}: I have not asked, or you said no`);
if (context.withheld.length + allowed.can_request.length === 0) console.log("- nothing");
console.log(`You see and change all of it at ${allowed.manage_url}`);
process.exit(0);
