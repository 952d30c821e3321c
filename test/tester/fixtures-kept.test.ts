/** What a server makes of the fixtures is told, whatever element it is, whether they are loaded together or one by one, under ids of ours or of the server's. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Resource } from '../../scripts/core/fhir';
import type { Override } from '../../scripts/server/behaviour';
import { runTests } from '../../scripts/tester/run-tests';
import { embedded, EMBEDDED } from './embedded';
import { noWait } from './fake-server';

const FIXTURES: Resource[] = [
  { resourceType: 'Patient', id: 'p', name: [{ family: 'A', text: ' a ' }] },
  { resourceType: 'ImagingStudy', id: 's', status: 'available', subject: { reference: 'Patient/p' }, started: '2024-03', series: [{ uid: '2.25.2', modality: { code: 'CT' }, instance: [{ uid: '2.25.3', sopClass: { code: 'x' } }] }, { uid: '2.25.1', modality: { code: 'MR' } }] },
];

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'scout-fixtures-kept-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const storing = (change: (resource: Resource) => Resource): Override => (reference) => ({ stored: (resource) => change(reference.stored(resource)) });
const ofStudies = (change: (study: Resource & { series?: { uid: string; instance?: unknown }[] }) => Partial<Resource>) => storing((resource) => (resource.resourceType === 'ImagingStudy' ? { ...resource, ...change(resource) } : resource));
/** Statements without transactions, or without ids of the client. */
const declaring = (change: (text: string) => string): Override => (reference) => ({ statement: (statement) => JSON.parse(change(JSON.stringify(reference.statement(statement)))) as Resource });
const ONE_BY_ONE = declaring((text) => text.replace('{"code":"transaction"}', '{"code":"batch"}'));
const IDS_OF_SERVER = declaring((text) => text.replaceAll('"updateCreate":true', '"updateCreate":false'));

async function kept(...overrides: Override[]): Promise<{ says: string; asked: number }> {
  const { transport } = embedded({ resources: [], overrides });
  const { results } = await runTests({ url: EMBEDDED, transport, wait: noWait, write: true, fixtures: structuredClone(FIXTURES), journalDir: dir, runId: 'kept', only: ['write.fixtures.kept'] });
  return { says: `${String(results[0]?.verdict)}: ${String(results[0]?.message)}`, asked: results[0]?.exchanges.length ?? 0 };
}

const WAYS: readonly (readonly [string, readonly Override[]])[] = [['together', []], ['one by one', [ONE_BY_ONE]], ['together, with ids of the server', [IDS_OF_SERVER]], ['one by one, with ids of the server', [ONE_BY_ONE, IDS_OF_SERVER]]];

describe.each(WAYS)('loaded %s', (_, ways) => {
  test('what is kept passes, without a request', async () => {
    expect(await kept(...ways)).toEqual({ says: 'pass: 2 fixtures come back as sent.', asked: 0 });
  });

  test.each<[string, Override, RegExp]>([
    ['a month is completed', ofStudies(({ started }) => ({ started: `${String(started)}-01` })), /ImagingStudy\.started in 1 resource \(of ImagingStudy\/[^,]+, "2024-03" has become "2024-03-01"\)/],
    ['series are sorted', ofStudies(({ series = [] }) => ({ series: [...series].sort((a, b) => (a.uid < b.uid ? -1 : 1)) })), /ImagingStudy\.series\.uid in 1 resource .*"2\.25\.2" has become "2\.25\.1"/],
    ['instances are dropped', ofStudies(({ series = [] }) => ({ series: series.map(({ instance: _instance, ...rest }) => rest) })), /ImagingStudy\.series\.instance .* has become nothing/],
    ['an element is filled in', storing((resource) => (resource.resourceType === 'Patient' ? { ...resource, active: true } : resource)), /Patient\.active in 1 resource .*, nothing has become true/],
  ])('%s: a warning', async (_name, override, says) => {
    const told = await kept(...ways, override);
    expect(told.says).toMatch(/^warn: Fixtures come back other than they were sent: /);
    expect(told.says).toMatch(says);
    expect(told.asked).toBe(1);
  });
});

test('a narrative of the server, and absolute references to itself, are no difference', async () => {
  const narrating = storing((resource) => ({ ...resource, text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' } }));
  const absolute = storing((resource) => JSON.parse(JSON.stringify(resource).replaceAll('"reference":"Patient/', `"reference":"${EMBEDDED}/Patient/`)) as Resource);
  expect((await kept(narrating, absolute)).says).toMatch(/^pass/);
});
