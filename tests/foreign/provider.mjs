// npm `oidc-provider` in the place of the identity providers of config/idp, for `test_upstream_provider.py`.
//
// HUB_IDP_TRIAL is a JSON object: `certificate` and `key` (PEM), and `providers`, each with `issuer`, `discovery`, `acr`,
// `scope`, `client_id`, `client_secret`, `redirect_uri`, `post_logout_redirect_uri`, `userinfo` ("json" or "jwt"),
// `auth_time_required` and `claims` (what is known of everybody). It prints the port of 127.0.0.1 on which all of them answer over
// TLS, by the name of the host. Whoever types a name is that subject.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer } from 'node:https'
import { Provider } from 'oidc-provider'

const trial = JSON.parse(process.env.HUB_IDP_TRIAL)

function makeProvider (place) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const client = {
    client_id: place.client_id,
    client_secret: place.client_secret,
    redirect_uris: [place.redirect_uri],
    post_logout_redirect_uris: [place.post_logout_redirect_uri],
    token_endpoint_auth_method: 'client_secret_post',
    require_auth_time: place.auth_time_required,
    ...(place.userinfo === 'jwt' && { userinfo_signed_response_alg: 'RS256' })
  }
  const scopes = place.scope.split(' ').filter((scope) => scope !== 'openid')
  return new Provider(place.issuer, {
    clients: [client],
    acrValues: place.acr,
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    claims: Object.fromEntries(scopes.map((scope) => [scope, scope in place.claims ? [scope] : Object.keys(place.claims)])),
    features: { devInteractions: { enabled: false }, jwtUserinfo: { enabled: true } },
    interactions: { url: (ctx, interaction) => `${new URL(place.issuer).pathname}/interaction/${interaction.uid}` },
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...place.claims }) }),
    // The hub is registered by its operator: nobody is asked for consent.
    async loadExistingGrant (ctx) {
      const { client, session, provider } = ctx.oidc
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope(place.scope)
      await grant.save()
      return grant
    }
  })
}

async function interact (provider, place, request, response) {
  const { prompt } = await provider.interactionDetails(request, response)
  if (prompt.name !== 'login') throw new Error(`nothing is prepared for the prompt ${prompt.name}`)
  if (request.method === 'GET') {
    response.setHeader('Content-Type', 'text/html')
    response.end('<!doctype html><form method="post"><input name="login"><button>Continue</button></form>')
    return
  }
  let text = ''
  for await (const chunk of request) text += chunk
  const typed = new URLSearchParams(text)
  const result = typed.has('abort')
    ? { error: 'access_denied', error_description: 'the person went away' }
    : { login: { accountId: typed.get('login'), acr: typed.get('acr') ?? place.acr[0], amr: ['pwd', 'otp', 'mfa'] } }
  await provider.interactionFinished(request, response, result)
}

const providers = trial.providers.map((place) => ({ place, provider: makeProvider(place), url: new URL(place.issuer) }))

const server = createServer({ cert: trial.certificate, key: trial.key }, (request, response) => {
  const served = providers.find(({ url }) => url.host === request.headers.host)
  if (served === undefined || !request.url.startsWith(served.url.pathname)) {
    response.writeHead(404).end()
    return
  }
  const { place, provider, url } = served
  // Pro Santé Connect publishes its metadata under a name of its own.
  const isDiscovery = new URL(request.url, url).href === place.discovery
  const local = isDiscovery ? '/.well-known/openid-configuration' : request.url.slice(url.pathname.length)
  if (local.startsWith('/interaction/')) {
    interact(provider, place, request, response).catch((error) => response.writeHead(500).end(String(error)))
    return
  }
  request.originalUrl = url.pathname + local
  request.url = local
  provider.callback()(request, response)
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
