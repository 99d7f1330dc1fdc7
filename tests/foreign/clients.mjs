// What three JavaScript clients do with a hub as they find it: read, search with paging, create, update with If-Match,
// patch, transaction, history. HUB_FHIR: the FHIR base; HUB_TOKEN: an access token. Says a line for each; the first that
// fails ends it with 1.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const base = process.env.HUB_FHIR;
const token = process.env.HUB_TOKEN;

const person = { resourceType: 'Patient', name: [{ use: 'usual', family: 'Fictive', given: ['Léa'] }] };
const goal = (patient, number) => ({
  resourceType: 'Goal',
  lifecycleStatus: 'proposed',
  description: { text: `Marcher jusqu'au marché, étape ${number}` },
  subject: { reference: patient },
});
const two = (patient) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [7, 8].map((number) => ({
    fullUrl: `urn:uuid:00000000-0000-4000-8000-00000000000${number}`,
    resource: goal(patient, number),
    request: { method: 'POST', url: 'Goal' },
  })),
});
const active = [{ op: 'replace', path: '/lifecycleStatus', value: 'active' }];

// Each client does the same seven things in its own words.
async function tried(name, client) {
  const patient = await client.create(person);
  assert.ok(patient.id);
  const of = `Patient/${patient.id}`;
  assert.equal((await client.read('Patient', patient.id)).name[0].family, 'Fictive');

  const made = [];
  for (const number of [1, 2, 3]) made.push(await client.create(goal(of, number)));
  assert.equal(new Set(await client.pages('Goal', `patient=${of}&_count=1`)).size, 3);

  const planned = { ...made[0], lifecycleStatus: 'planned' };
  assert.equal((await client.update(planned, made[0].meta.versionId)).lifecycleStatus, 'planned');
  await assert.rejects(client.update({ ...made[0], lifecycleStatus: 'rejected' }, made[0].meta.versionId));

  const patched = await client.patch('Goal', made[1].id, active, made[1].meta.versionId);
  assert.equal(patched.lifecycleStatus, 'active');

  const answered = await client.transaction(two(of));
  assert.deepEqual(answered.entry.map((entry) => entry.response.status.slice(0, 3)), ['201', '201']);

  assert.ok((await client.history('Goal', made[0].id)).entry.length >= 2);
  console.log(`${name}: read, search with paging, create, update, patch, transaction, history`);
}

function smart() {
  const FHIR = require('fhirclient');
  const storage = { get: async () => undefined, set: async (_, value) => value, unset: async () => true };
  const client = FHIR({ url: '/', headers: { host: 'localhost' } }, {}, storage).client({
    serverUrl: base,
    tokenResponse: { access_token: token, token_type: 'bearer' },
  });
  const json = { 'Content-Type': 'application/fhir+json' };
  return {
    create: (resource) => client.create(resource),
    read: (type, id) => client.request(`${type}/${id}`),
    pages: async (type, query) => {
      const bundles = await client.request(`${type}?${query}`, { pageLimit: 0 });
      return bundles.flatMap((bundle) => (bundle.entry ?? []).map((entry) => entry.resource.id));
    },
    update: (resource, version) =>
      client.update(resource, { headers: { ...json, 'If-Match': `W/"${version}"` } }),
    patch: (type, id, operations, version) =>
      client.patch(`${type}/${id}`, operations, { headers: { 'If-Match': `W/"${version}"` } }),
    transaction: (bundle) => client.request({ url: base, method: 'POST', headers: json, body: JSON.stringify(bundle) }),
    history: (type, id) => client.request(`${type}/${id}/_history`),
  };
}

async function kit() {
  const { Client } = await import('fhir-kit-client');
  const client = new Client({ baseUrl: base, bearerToken: token });
  const matching = (version) => ({ headers: { 'If-Match': `W/"${version}"` } });
  return {
    create: (resource) => client.create({ resourceType: resource.resourceType, body: resource }),
    read: (resourceType, id) => client.read({ resourceType, id }),
    pages: async (resourceType, query) => {
      const found = [];
      const searchParams = Object.fromEntries(new URLSearchParams(query));
      let bundle = await client.search({ resourceType, searchParams });
      while (bundle) {
        found.push(...(bundle.entry ?? []).map((entry) => entry.resource.id));
        bundle = bundle.link.some((link) => link.relation === 'next') ? await client.nextPage({ bundle }) : undefined;
      }
      return found;
    },
    update: (body, version) =>
      client.update({ resourceType: body.resourceType, id: body.id, body, options: matching(version) }),
    patch: (resourceType, id, jsonPatch, version) =>
      client.patch({ resourceType, id, jsonPatch, options: matching(version) }),
    transaction: (body) => client.transaction({ body }),
    history: (resourceType, id) => client.history({ resourceType, id }),
  };
}

async function medplum() {
  // It names this class when it is loaded; Node has one since version 22.
  globalThis.WebSocket ??= class {};
  const { MedplumClient } = await import('@medplum/core');
  const client = new MedplumClient({ baseUrl: base.slice(0, -'fhir'.length), fhirUrlPath: 'fhir', fetch, cacheTime: 0 });
  client.setAccessToken(token);
  const matching = (version) => ({ headers: { 'If-Match': `W/"${version}"` } });
  return {
    create: (resource) => client.createResource(resource),
    read: (type, id) => client.readResource(type, id),
    pages: async (type, query) => {
      const found = [];
      for await (const page of client.searchResourcePages(type, query)) found.push(...page.map((one) => one.id));
      return found;
    },
    update: (resource, version) => client.updateResource(resource, matching(version)),
    patch: (type, id, operations, version) => client.patchResource(type, id, operations, matching(version)),
    transaction: (bundle) => client.executeBatch(bundle),
    history: (type, id) => client.readHistory(type, id),
  };
}

await tried('fhirclient', smart());
await tried('fhir-kit-client', await kit());
await tried('@medplum/core', await medplum());
