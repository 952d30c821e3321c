/** The guide's own examples: complete over modalities, states and search parameters, resolvable, with legal UIDs, deterministic. */
import { ACQUISITION_MODALITIES, DCM } from '../../scripts/core/dicom-modality';
import { isDicomUid } from '../../scripts/core/dicom-uid';
import { localReference, type Coding, type Reference, type Resource } from '../../scripts/core/fhir';
import { referencesIn } from '../../scripts/generate/reference-order';
import { brokenRules } from '../../scripts/invariants/rules';
import { ownSet } from './scenario-folder';

interface Study extends Resource {
  identifier?: { system?: string; value?: string; type?: { coding?: Coding[] } }[];
  status: string;
  modality?: Coding[];
  subject: Reference;
  started?: string;
  endpoint?: Reference[];
  basedOn?: Reference[];
  numberOfSeries?: number;
  series?: { uid: string; modality: Coding; bodySite?: Coding; endpoint?: Reference[]; performer?: { actor: Reference }[]; instance?: { uid: string; sopClass: Coding }[] }[];
}

const set = ownSet();
const resources = set.resources.map(({ resource }) => resource);
const byReference = new Map(resources.map((resource) => [localReference(resource), resource]));
const studies = resources.filter((resource): resource is Study => resource.resourceType === 'ImagingStudy');
const study = (id: string) => byReference.get(`ImagingStudy/${id}`) as Study;
const seriesModalities = (one: Study) => (one.series ?? []).map(({ modality }) => modality.code);

test('there are no mistakes in the scenarios', () => {
  expect(set.findings).toEqual([]);
});

test('a seed makes the same bytes each time, another seed other UIDs and nothing else', () => {
  const text = (of: ReturnType<typeof ownSet>) => JSON.stringify(of);
  expect(text(ownSet())).toBe(text(set));
  expect(text(ownSet(set.seed))).toBe(text(set));
  const other = ownSet(7);
  expect(text(other)).not.toBe(text(set));
  const withoutUids = (of: ReturnType<typeof ownSet>) => JSON.stringify(of.resources.map(({ resource }) => resource)).replace(/2\.25\.\d+/g, 'UID');
  expect(withoutUids(other)).toBe(withoutUids(set));
});

test('at least 20 studies, each state, the modalities of the plan', () => {
  expect(studies.length).toBeGreaterThanOrEqual(20);
  expect(new Set(studies.map(({ status }) => status))).toEqual(new Set(['registered', 'available', 'cancelled', 'entered-in-error', 'unknown']));
  const modalities = new Set(studies.flatMap(seriesModalities));
  for (const code of ['CT', 'MR', 'US', 'SR', 'KO', 'CR', 'DX', 'MG', 'PT', 'XA', 'NM', 'SM']) expect(modalities).toContain(code);
  expect(studies.some((one) => ['PT', 'CT'].every((code) => seriesModalities(one).includes(code)))).toBe(true);
  expect(studies.some((one) => ['US', 'SR', 'KO'].every((code) => seriesModalities(one).includes(code)))).toBe(true);
});

test('every reference leads to a resource of the set, and referenced resources come first', () => {
  const seen = new Set<string>();
  for (const resource of resources) {
    const missing = referencesIn(resource).filter((reference) => !seen.has(reference));
    expect({ of: localReference(resource), missing }).toEqual({ of: localReference(resource), missing: [] });
    seen.add(localReference(resource)!);
  }
});

test('UIDs are legal, and one UID stands for one thing', () => {
  const owner = new Map<string, string>();
  for (const one of studies) {
    const studyUid = one.identifier?.find(({ system }) => system === 'urn:dicom:uid')?.value ?? '';
    const things: [string, string][] = (one.series ?? []).flatMap((series) => [
      [series.uid, `${studyUid} series`],
      ...(series.instance ?? []).map((instance): [string, string] => [instance.uid, `${series.uid} instance`]),
    ]);
    if (studyUid !== '') things.push([studyUid.replace(/^urn:oid:/, ''), 'study']);
    for (const [uid, thing] of things) {
      expect({ uid, legal: isDicomUid(uid) }).toEqual({ uid, legal: true });
      expect(owner.get(uid) ?? thing).toBe(thing);
      owner.set(uid, thing);
    }
  }
  const whole = studies.filter(({ id }) => !/-(shared|key-images)$/.test(id ?? ''));
  const uids = whole.flatMap(({ identifier }) => identifier?.find(({ system }) => system === 'urn:dicom:uid')?.value ?? []);
  expect(new Set(uids).size).toBe(uids.length);
});

test('whoever claims a profile keeps the rules, whoever cannot does not claim it', () => {
  for (const resource of resources.filter(({ meta }) => meta?.profile !== undefined)) {
    expect({ of: localReference(resource), broken: brokenRules(resource).map(({ rule }) => rule.id) }).toEqual({ of: localReference(resource), broken: [] });
  }
  const able = (one: Study) => one.subject.reference?.startsWith('Patient/') === true && one.started !== undefined && (one.endpoint ?? []).length > 0 && (one.modality ?? []).length > 0;
  for (const one of studies.filter(({ meta }) => meta?.profile !== undefined)) expect({ id: one.id, able: able(one) }).toEqual({ id: one.id, able: true });
  expect(studies.filter((one) => !able(one)).length).toBeGreaterThanOrEqual(4);
});

test('the study modality is that of R4: acquisition modalities only', () => {
  for (const one of studies.filter(({ series }) => series !== undefined)) {
    const acquired = new Set(seriesModalities(one).filter((code) => ACQUISITION_MODALITIES.has(code ?? '')));
    const listed = (one.modality ?? []).filter(({ system, code }) => system === DCM && ACQUISITION_MODALITIES.has(code ?? '')).map(({ code }) => code);
    if (one.id !== 'edge-modality-local') expect({ id: one.id, listed: new Set(listed) }).toEqual({ id: one.id, listed: acquired });
  }
  expect(seriesModalities(study('us-stress-echo'))).toEqual(['US', 'US', 'ECG', 'SR', 'KO']);
  expect(study('us-stress-echo').modality?.map(({ code }) => code)).toEqual(['US', 'ECG']);
});

test('a series endpoint overrides one of the study with the same connection type', () => {
  const type = (reference: Reference) => (byReference.get(reference.reference) as { connectionType?: Coding } | undefined)?.connectionType?.code;
  const overriding = studies.filter((one) => one.series?.some(({ endpoint }) => endpoint?.some((ref) => one.endpoint?.some((other) => other.reference !== ref.reference && type(other) === type(ref)))));
  expect(overriding.map(({ id }) => id)).toContain('ct-chest-alex');
});

test('the shared and the key image subset are the same DICOM study with fewer series or instances', () => {
  const uidOf = (one: Study) => one.identifier?.[0]?.value;
  const whole = study('us-stress-echo');
  const shared = study('us-stress-echo-shared');
  const keyImages = study('us-stress-echo-key-images');
  expect([uidOf(shared), uidOf(keyImages)]).toEqual([uidOf(whole), uidOf(whole)]);
  expect(seriesModalities(shared)).toEqual(['US', 'US', 'ECG', 'KO']);
  expect(shared.series?.map(({ uid }) => uid)).toEqual([0, 1, 2, 4].map((i) => whole.series?.[i]?.uid));
  expect(keyImages.series?.map(({ instance }) => instance?.map(({ uid }) => uid))).toEqual([[whole.series?.[0]?.instance?.[2]?.uid], [whole.series?.[1]?.instance?.[2]?.uid], [whole.series?.[4]?.instance?.[0]?.uid]]);
});

test('the echo is based on a Task, whose focus is the order', () => {
  expect(study('us-stress-echo').basedOn?.map(({ reference }) => reference)).toEqual(['Task/joe-echo-task']);
  const task = byReference.get('Task/joe-echo-task') as { focus?: Reference; basedOn?: Reference[] } | undefined;
  expect([task?.focus?.reference, task?.basedOn?.[0]?.reference]).toEqual(['ServiceRequest/joe-echo-order', 'ServiceRequest/joe-echo-order']);
});

/** What each R4 search parameter of ImagingStudy reads, as texts: https://hl7.org/fhir/R4/imagingstudy.html#search */
const token = (coding: Coding | undefined) => (coding === undefined ? [] : [`${coding.system ?? ''}|${coding.code ?? ''}`]);
const refs = (list: readonly Reference[] | undefined) => (list ?? []).flatMap(({ reference }) => reference ?? []);
const one = (value: unknown) => (value === undefined ? [] : [value as Reference]);
const READ: Record<string, (study: Study) => string[]> = {
  basedon: (s) => refs(s.basedOn),
  bodysite: (s) => (s.series ?? []).flatMap(({ bodySite }) => token(bodySite)),
  'dicom-class': (s) => (s.series ?? []).flatMap(({ instance }) => (instance ?? []).flatMap(({ sopClass }) => token(sopClass))),
  encounter: (s) => refs(one(s['encounter'])),
  endpoint: (s) => [...refs(s.endpoint), ...(s.series ?? []).flatMap(({ endpoint }) => refs(endpoint))],
  identifier: (s) => (s.identifier ?? []).map(({ system, value }) => `${system ?? ''}|${value}`),
  instance: (s) => (s.series ?? []).flatMap(({ instance }) => (instance ?? []).map(({ uid }) => uid)),
  interpreter: (s) => refs(s['interpreter'] as Reference[] | undefined),
  modality: (s) => (s.series ?? []).flatMap(({ modality }) => token(modality)),
  patient: (s) => refs([s.subject]).filter((reference) => reference.startsWith('Patient/')),
  performer: (s) => (s.series ?? []).flatMap(({ performer }) => refs((performer ?? []).map(({ actor }) => actor))),
  reason: (s) => ((s['reasonCode'] ?? []) as { coding?: Coding[] }[]).flatMap(({ coding }) => (coding ?? []).flatMap(token)),
  referrer: (s) => refs(one(s['referrer'])),
  series: (s) => (s.series ?? []).map(({ uid }) => uid),
  started: (s) => (s.started === undefined ? [] : [s.started]),
  status: (s) => [s.status],
  subject: (s) => refs([s.subject]),
};

test.each(Object.entries(READ))('%s: several values, each of some studies and not of others, and a study without one', (code, read) => {
  const holders = new Map<string, number>();
  for (const candidate of studies) for (const value of new Set(read(candidate))) holders.set(value, (holders.get(value) ?? 0) + 1);
  expect(holders.size).toBeGreaterThanOrEqual(4);
  expect(Math.max(...holders.values())).toBeLessThan(studies.length);
  const always = ['status', 'subject'];
  expect(studies.some((candidate) => read(candidate).length === 0)).toBe(!always.includes(code));
});

test.each(['bodysite', 'identifier', 'modality', 'reason'])('%s: one text under two systems, and tokens without a system where the element allows them', (code) => {
  const systems = new Map<string, Set<string>>();
  for (const value of studies.flatMap(READ[code]!)) {
    const [system = '', text = ''] = value.split(/\|(.*)/s);
    systems.set(text, (systems.get(text) ?? new Set()).add(system));
  }
  expect([...systems.values()].some((of) => of.size > 1)).toBe(true);
  expect([...systems.values()].some((of) => of.has(''))).toBe(code !== 'modality');
});

test.each([',', '|', '$', '\\'])('a reason code and an accession number contain %s, and others what a wrong split finds', (character) => {
  const texts = (code: string) => studies.flatMap(READ[code]!).map((value) => value.slice(value.indexOf('|') + 1));
  expect(texts('reason')).toEqual(expect.arrayContaining([`A${character}B`, 'A', 'B']));
  expect(texts('identifier')).toEqual(expect.arrayContaining([`X${character}1`, 'X', '1']));
});

test('starts lie on both sides of a year in several precisions and zones', () => {
  const started = studies.flatMap(({ started: value }) => value ?? []);
  expect(started).toEqual(expect.arrayContaining(['2024-12-31T23:59:59Z', '2024-12-31T23:59:59.999Z', '2025-01-01T00:00:00Z', '2025-01-01', '2025-01', '2025', '2024-02-29']));
  expect(new Set(started.flatMap((value) => /T.*(Z|[+-]\d\d:\d\d)$/.exec(value)?.[1] ?? [])).size).toBeGreaterThanOrEqual(6);
});

test('an endpoint that only a series has, a reference by identifier alone, a count above what is listed', () => {
  expect(studies.some(({ endpoint, series }) => endpoint === undefined && series?.some((s) => s.endpoint !== undefined))).toBe(true);
  expect(studies.some((s) => (s['referrer'] as Reference | undefined)?.reference === undefined && (s['referrer'] as Reference | undefined)?.identifier !== undefined)).toBe(true);
  expect(studies.some(({ numberOfSeries, series }) => (numberOfSeries ?? 0) > (series ?? []).length)).toBe(true);
});

test('every resource has a narrative (dom-6)', () => {
  expect(resources.filter(({ text }) => (text as { status?: string } | undefined)?.status !== 'generated')).toEqual([]);
});

test('sources and times of change that a server may keep: two sources, one the beginning of the other, and three days', () => {
  const metas = resources.flatMap(({ meta }) => (meta?.source === undefined ? [] : [meta]));
  expect(new Set(metas.map(({ source }) => source))).toEqual(new Set(['https://pacs.general.example/fhir', 'https://pacs.general.example/fhir/2']));
  expect(metas.map(({ lastUpdated }) => lastUpdated)).toEqual(['2025-01-02T08:00:00Z', '2025-02-01T08:00:00.500Z', '2025-02-01T08:00:01Z']);
});

/** What a search by these parameters reads in the types around the studies; and whether a resource may be without. */
const companion = (type: string) => resources.filter(({ resourceType }) => resourceType === type);
const identifiers = (resource: Resource) => ((resource['identifier'] ?? []) as { system?: string; value?: string }[]).map(({ system, value }) => `${system ?? ''}|${value}`);
const concept = (value: unknown) => ((value as { coding?: Coding[] } | undefined)?.coding ?? []).flatMap(token);
const COMPANIONS: [string, string, (resource: Resource) => string[], boolean][] = [
  ['Endpoint', 'identifier', identifiers, true],
  ['Organization', 'identifier', identifiers, true],
  ['Task', 'status', ({ status }) => [String(status)], false],
  ['Task', 'based-on', ({ basedOn }) => refs(basedOn as Reference[] | undefined), true],
  ['Task', 'patient', (task) => refs(one(task['for'])), true],
  ['DiagnosticReport', 'code', ({ code }) => concept(code), false],
  ['DiagnosticReport', 'status', ({ status }) => [String(status)], false],
  ['DiagnosticReport', 'identifier', identifiers, true],
  ['Device', 'type', ({ type }) => concept(type), true],
  ['Group', 'identifier', identifiers, true],
  ['Group', 'type', ({ type }) => [String(type)], false],
  ['Group', 'member', ({ member }) => refs(((member ?? []) as { entity: Reference }[]).map(({ entity }) => entity)), true],
];

test.each(COMPANIONS)('%s.%s: several values, none of them in every resource, and a resource without one where that is legal', (type, _, read, optional) => {
  const values = companion(type).map(read);
  expect(new Set(values.flat()).size).toBeGreaterThanOrEqual(3);
  for (const value of new Set(values.flat())) expect({ value, everywhere: values.every((list) => list.includes(value)) }).toEqual({ value, everywhere: false });
  expect(values.some((list) => list.length === 0)).toBe(optional);
});

test.each(['Endpoint', 'Organization', 'DiagnosticReport', 'Task', 'Group'])('%s: one number under two systems', (type) => {
  const systems = new Map<string, Set<string>>();
  for (const value of companion(type).flatMap(identifiers)) systems.set(value.split('|')[1]!, (systems.get(value.split('|')[1]!) ?? new Set()).add(value.split('|')[0]!));
  expect([...systems.values()].some((of) => of.size > 1)).toBe(true);
});
