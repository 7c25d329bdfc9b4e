// Lets a program reach a server under test by its public address, which leads nowhere: ORIGIN=https://… TO=http://127.0.0.1:…
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";

const { ORIGIN, TO } = process.env;
const [fetched, requested] = [globalThis.fetch, https.request];
globalThis.fetch = (url, init) => fetched(String(url).replace(ORIGIN, TO), init);
https.request = (url, ...rest) => requested(String(url).replace(ORIGIN, TO), ...rest);
syncBuiltinESMExports();
