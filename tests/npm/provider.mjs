// A real identity provider for the tests of the login, on a port of the loopback. Who logs in, and how, the test says in headers of the
// interaction; there is no page. Arguments: where the modules are, where browsers are sent back to, claims of each account as JSON.
import { createServer } from 'node:http';

const [modules, back, accounts] = process.argv.slice(2);
const { default: Provider } = await import(`${modules}/oidc-provider/lib/index.js`);
const claims = JSON.parse(accounts);

const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'dongui',
    client_secret: 'a-secret-of-the-test',
    redirect_uris: [back],
    response_types: ['code'],
    grant_types: ['authorization_code'],
  }],
  claims: { openid: ['sub'], phone: ['phone_number', 'phone_number_verified'], acr: null, amr: null, auth_time: null },
  acrValues: ['two-factors', 'one-factor'],
  cookies: { keys: ['only-for-the-test'] },
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => claims[id] && { accountId: id, claims: () => ({ sub: id, ...claims[id] }) },
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid phone');
    await grant.save();
    return grant;
  },
});

const answer = provider.callback();
server.on('request', async (request, response) => {
  if (!request.url.startsWith('/interaction/')) return answer(request, response);
  const { 'x-who': accountId, 'x-acr': acr } = request.headers;
  await provider.interactionFinished(request, response, { login: { accountId, acr } });
});
console.log(issuer);
