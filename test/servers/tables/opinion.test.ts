import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fhirVersion } from '../../../scripts/core/fhir-version';
import { loadSearchDefinitions } from '../../../scripts/search/definitions';
import { examples } from '../load-examples';
import { foundIn, knownDeviations, notFound, type KnownDeviation } from '../known-deviations';
import { askedBy, askOpinion, readSettled, unsettled, type SettledRow } from '../opinion';
import { nameOf, opinionQueries } from '../opinion-queries';

const definitions = loadSearchDefinitions(fhirVersion('R4'));
const row = (queries: string): SettledRow => ({ server: 'x', kinds: ['extra'], queries, reason: 'seen', url: 'https://hl7.org/fhir/R4/search.html' });

describe('generated searches', () => {
  const size = { focus: 150, others: 60, joined: 40 };
  const queries = opinionQueries(definitions, examples(), size, 7);
  const names = queries.map(nameOf);

  test('are as many as asked for, and the same for the same seed', () => {
    expect(names).toHaveLength(250);
    expect(opinionQueries(definitions, examples(), size, 7).map(nameOf)).toEqual(names);
    expect(opinionQueries(definitions, examples(), size, 8).map(nameOf)).not.toEqual(names);
  });

  test('meet every kind of question', () => {
    for (const kind of [/:not=/, /:missing=/, /:text=/, /:exact=/, /:contains=/, /\?\w+=\|/, /\|(&|$)/, /=(gt|lt)/, /=(ge|le)/, /=(sa|eb)/, /=ne/, /:\w+\._id=/, /\.identifier=/, /=\w+\/\w/, /&/, /[^\\],/]) {
      expect(names.filter((name) => kind.test(name)).length).toBeGreaterThan(0);
    }
  });
});

test('generated searches of R5 look into concepts and references of a CodeableReference', () => {
  const drawn = opinionQueries(loadSearchDefinitions(fhirVersion('R5')), examples('R5'), { focus: 300, others: 0, joined: 0 }, 7).map(nameOf);
  for (const kind of [/\?body-site=/, /\?body-structure=BodyStructure\//, /\?body-structure:BodyStructure=/, /\?reason:not=/, /\?based-on=/]) expect(drawn.filter((name) => kind.test(name)).length).toBeGreaterThan(0);
});

test('a row may have searches of its own asked', () => {
  expect(askedBy([row('a'), { ...row('b'), asks: ['Patient?name=a=b&active=true'] }])).toEqual([{ type: 'Patient', pairs: [['name', 'a=b'], ['active', 'true']] }]);
});

describe('the comparison with a server', () => {
  let server: Server;
  let answer: { status: number; ids: string[] };
  beforeAll(async () => {
    server = createServer((_, response) => {
      response.writeHead(answer.status, { 'content-type': 'application/fhir+json' });
      response.end(JSON.stringify({ resourceType: 'Bundle', type: 'searchset', entry: answer.ids.map((id) => ({ resource: { resourceType: 'Patient', id } })) }));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => new Promise((done) => server.close(done)));

  const patients = [{ resourceType: 'Patient', id: 'a', active: true }, { resourceType: 'Patient', id: 'b', active: false }];
  const ask = (pairs: [string, string][]) => askOpinion(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, definitions, patients, [{ type: 'Patient', pairs }]);

  test.each([
    ['the right set', { status: 200, ids: ['a'] }, []],
    ['one too many', { status: 200, ids: ['a', 'b'] }, ['extra']],
    ['one too few', { status: 200, ids: [] }, ['absent']],
    ['the other one', { status: 200, ids: ['b'] }, ['absent', 'extra']],
    ['a refusal', { status: 400, ids: [] }, ['refused']],
  ])('%s', async (_, answered, kinds) => {
    answer = answered;
    const { disagreements, telling } = await ask([['active', 'true']]);
    expect(disagreements.map(({ kind }) => kind)).toEqual(kinds);
    expect(telling).toBe(1);
  });

  test('what a server need not support may be refused', async () => {
    answer = { status: 400, ids: [] };
    expect(await ask([['active:missing', 'true']])).toMatchObject({ mayRefuse: 1, disagreements: [] });
  });
});

test('each disagreement needs a row, and each row a disagreement', () => {
  const seen = [{ query: 'Patient?active=true', kind: 'extra', what: 'Patient/b' }] as const;
  expect(unsettled(seen, [row('active=')])).toEqual([]);
  expect(unsettled(seen, [])).toEqual(['extra Patient?active=true: Patient/b']);
  expect(unsettled(seen, [{ ...row('active='), kinds: ['absent'] }])).toHaveLength(2);
  expect(unsettled([], [row('active=')])).toEqual(['no disagreement any more: active=']);
});

test('a known deviation that its test does not find is named', () => {
  const deviations = [{ server: 'x', deviation: 'No self links.', foundBy: { 'result.self-link': 'fail' } }];
  expect(notFound([{ id: 'result.self-link', verdict: 'fail' }], deviations)).toEqual([]);
  expect(notFound([{ id: 'result.self-link', verdict: 'pass' }], deviations)).toEqual(['No self links. result.self-link should be fail, and is pass']);
  expect(notFound([], deviations)).toEqual(['No self links. result.self-link should be fail, and is not run']);
});

test('a row may be of several servers', () => {
  const shared = (server: string) => knownDeviations(server).filter(({ deviation }) => deviation === 'A garbage If-Match is answered by 500.');
  expect(shared('hapi')).toHaveLength(1);
  expect(shared('hapi-r5')).toHaveLength(1);
  expect(shared('medplum')).toEqual([]);
  const settled = (server: string) => readSettled(join(__dirname, '..', 'disagreements.yaml'), server).filter(({ reason }) => reason.startsWith('HAPI keeps no text of tags'));
  expect([settled('hapi'), settled('hapi-r5'), settled('medplum')].map((rows) => rows.length)).toEqual([1, 1, 0]);
});

test('a deviation that tests of two runs have to find is asked for in each', () => {
  const deviations: KnownDeviation[] = [{ server: 'peer', deviation: 'No requests in a history.', foundBy: { 'write.history': 'fail', 'read.history': 'fail' } }, { server: 'peer', deviation: 'No statement.', foundBy: { discovery: 'no statement' } }];
  expect(foundIn(deviations, (test) => test.startsWith('write.')).map(({ foundBy }) => foundBy)).toEqual([{ 'write.history': 'fail' }]);
  expect(foundIn(deviations, (test) => !test.startsWith('write.')).map(({ foundBy }) => foundBy)).toEqual([{ 'read.history': 'fail' }]);
});
