/** Laws that hold for every data set and every query, tried on generated ones. */
import * as fc from 'fast-check';
import type { Resource } from '../../scripts/core/fhir';
import { predict } from '../../scripts/search/predict';
import { createSearchIndex } from '../../scripts/search/search-index';
import { select } from '../../scripts/search/select';
import type { SearchIndex } from '../../scripts/search/types';
import { BASE, DEFINITIONS, expectLawful, indexOf, queryOf } from './support';

const RUNS = { numRuns: 60 };
const DCM = 'http://dicom.nema.org/resources/ontology/DCM';

const partial = <T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record<T, never>(shape, { requiredKeys: [] as never });
const coding = partial({ system: fc.constantFrom(DCM, 'http://local.example'), code: fc.constantFrom('CT', 'ct', 'MR', 'SR', 'a,b'), display: fc.constantFrom('Computed', 'Magnetic') });
const instant = fc.constantFrom('2020-01-01T00:00:00Z', '2020-01-01T23:59:59.999Z', '2020-01-02T00:00:00Z', '2020-01-01T20:00:00-05:00', '2020-01-02T05:30:00+05:30', '2020-01-01T12:00:00.500Z', '2019-12-31T12:00:00+14:00');
const anyDate = fc.oneof(instant, fc.constantFrom('2020', '2020-01', '2020-01-01', '2020-01-02', 'nonsense'));
const reference = fc.oneof(
  fc.record({ reference: fc.constantFrom('Patient/p0', 'Patient/p1', `${BASE}/Patient/p1`, 'Group/p0', 'Patient/gone', 'http://x.example/fhir/Patient/p0', 'Patient/p0/_history/2', '#in', 'urn:uuid:1') }),
  fc.record({ identifier: fc.record({ system: fc.constant('mrn'), value: fc.constantFrom('1', '2') }) }),
  fc.record({ display: fc.constant('someone') }),
);
const study = partial({
  status: fc.constantFrom('available', 'cancelled'),
  started: anyDate,
  subject: reference,
  identifier: fc.array(partial({ system: fc.constantFrom('urn:dicom:uid', 'acc'), value: fc.constantFrom('1', '2', 'x|y') }), { maxLength: 2 }),
  series: fc.array(partial({ uid: fc.constantFrom('1.1', '1.2'), modality: coding }), { maxLength: 3 }),
  reasonCode: fc.array(partial({ coding: fc.array(coding, { maxLength: 2 }), text: fc.constantFrom('Bruch', 'fracture') }), { maxLength: 1 }),
  contained: fc.constant([{ resourceType: 'Patient', id: 'in', birthDate: '1980-01-01', name: [{ family: 'Inner' }] }]),
  meta: fc.record({ lastUpdated: instant, profile: fc.constantFrom(['http://p.example/a'], ['http://p.example/a|1']) }),
});
const patient = partial({
  birthDate: fc.constantFrom('1980-01-01', '1980', '1990-05'),
  gender: fc.constantFrom('male', 'female'),
  identifier: fc.constantFrom([{ system: 'mrn', value: '1' }], [{ system: 'mrn', value: '2' }]),
  name: fc.constantFrom([{ family: 'Müller' }], [{ family: "O'Brien", given: ['Eve'] }], [{ text: 'Eve Smith' }]),
});

const world = fc.tuple(fc.array(study, { maxLength: 7 }), fc.array(patient, { maxLength: 3 })).map(([studies, patients]) => [
  ...patients.map((row, at) => ({ resourceType: 'Patient', id: `p${at}`, ...row })),
  { resourceType: 'Group', id: 'p0' },
  ...studies.map((row, at) => ({ resourceType: 'ImagingStudy', id: `s${at}`, ...row })),
] as unknown as Resource[]);

const searchDate = fc.constantFrom('2020', '2020-01', '2020-01-01', '2020-01-02', '2020-01-01T00:00Z', '2020-01-02T00:00:00Z', '2020-01-01T12:00:00.500Z', '2020-01-01T12:00:00', '2020-01-01T20:00:00-05:00');
const criterion = fc.oneof(
  fc.tuple(fc.constantFrom('', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'), searchDate).map(([prefix, date]) => `started=${prefix}${date}`),
  fc.tuple(fc.constantFrom('ge', 'lt', ''), searchDate).map(([prefix, date]) => `_lastUpdated=${prefix}${date}`),
  fc.constantFrom('CT', 'ct', '|CT', `${DCM}|CT`, `${DCM}|`, 'SR,MR', 'a\\,b', 'none').map((value) => `modality=${value}`),
  fc.constantFrom('modality:not=CT', 'modality:not=CT,SR', 'modality:missing=true', 'modality:missing=false', 'modality:text=comp', 'reason:text=bru', 'status:not=available', 'subject:missing=true', 'patient:missing=false', 'started:missing=true', 'reason:missing=true'),
  fc.constantFrom('Patient/p0', 'p0', `${BASE}/Patient/p1`, 'Group/p0', 'Patient/nobody', '#in', 'Patient/p0,Patient/p1').chain((value) => fc.constantFrom(`subject=${value}`, `patient=${value}`)),
  fc.constantFrom('subject:Patient=p0', 'subject:identifier=mrn|1', 'identifier=urn:dicom:uid|1', 'identifier=x\\|y', 'identifier=acc|', 'series=1.1', 'series=urn:oid:1.1', '_id=s0,s1', '_profile=http://p.example/a', 'status=http://hl7.org/fhir/imagingstudy-status|available'),
  fc.constantFrom('patient.identifier=mrn|1', 'subject.identifier=1', 'patient.name=mull', 'patient.name=inner', 'patient.birthdate=lt1985', 'patient.gender:not=male', 'patient.gender:missing=true', 'patient._has:ImagingStudy:patient:modality=CT', 'subject:Group._id=p0'),
);

const idsOf = (resources: readonly Resource[]) => resources.map((resource) => resource.id).sort();
const selected = (index: SearchIndex, text: string) => idsOf(select(index, queryOf('ImagingStudy', text)));
const all = (index: SearchIndex) => idsOf(index.all('ImagingStudy'));

test('the index finds what a scan finds, and our own answer is a legal one', () => {
  fc.assert(
    fc.property(world, fc.array(criterion, { minLength: 1, maxLength: 3 }), (resources, criteria) => {
      expectLawful(indexOf(resources), queryOf('ImagingStudy', criteria.join('&')));
    }),
    { numRuns: 250 },
  );
});

test('an index that has seen changes equals one made anew', () => {
  const change = fc.oneof(
    fc.tuple(fc.nat(6), study).map(([at, row]) => ({ put: { resourceType: 'ImagingStudy', id: `s${at}`, ...row } as Resource })),
    fc.nat(6).map((at) => ({ remove: `ImagingStudy/s${at}` })),
    fc.tuple(fc.nat(2), patient).map(([at, row]) => ({ put: { resourceType: 'Patient', id: `p${at}`, ...row } })),
    fc.nat(2).map((at) => ({ remove: `Patient/p${at}` })),
  );
  fc.assert(
    fc.property(world, fc.array(change, { maxLength: 8 }), fc.array(criterion, { minLength: 1, maxLength: 3 }), (resources, changes, criteria) => {
      const index = indexOf(resources);
      // Asked once before the changes, so that every index is there to be kept up to date.
      for (const text of criteria) expectLawful(index, queryOf('ImagingStudy', text));
      for (const step of changes) {
        if ('put' in step) index.put(step.put);
        else index.remove(step.remove);
      }
      const anew = indexOf([...index.all('Patient'), ...index.all('Group'), ...index.all('ImagingStudy')]);
      for (const text of criteria) {
        const query = queryOf('ImagingStudy', text);
        const shown = (at: SearchIndex) => [[...predict(at, query).must], [...predict(at, query).either]];
        expect(shown(index)).toEqual(shown(anew));
        expectLawful(index, query);
      }
    }),
    RUNS,
  );
});

test(':missing=true and :missing=false partition the set', () => {
  fc.assert(
    fc.property(world, fc.constantFrom('modality', 'started', 'subject', 'patient', 'identifier', 'reason', 'status', '_profile', '_lastUpdated'), (resources, code) => {
      const index = indexOf(resources);
      const [without, withValue] = [selected(index, `${code}:missing=true`), selected(index, `${code}:missing=false`)];
      expect([...without, ...withValue].sort()).toEqual(all(index));
      const [a, b] = ['true', 'false'].map((value) => predict(index, queryOf('ImagingStudy', `${code}:missing=${value}`)));
      expect([...(a?.either.keys() ?? [])]).toEqual([...(b?.either.keys() ?? [])]);
      for (const reference of a?.must ?? []) expect(b?.must.has(reference)).toBe(false);
    }),
    RUNS,
  );
});

test(':not is the complement', () => {
  fc.assert(
    fc.property(world, fc.constantFrom('modality=CT', 'modality=|CT', 'status=available', `modality=${DCM}|`, 'identifier=1'), (resources, text) => {
      const index = indexOf(resources);
      expect([...selected(index, text), ...selected(index, text.replace('=', ':not='))].sort()).toEqual(all(index));
    }),
    RUNS,
  );
});

test('lt and ge cover, sa and eb exclude, for instants and zoned search values', () => {
  const zoned = fc.constantFrom('2020-01-01T00:00Z', '2020-01-02T00:00:00Z', '2020-01-01T20:00:00-05:00', '2020-01-01T12:00:00.500Z');
  fc.assert(
    fc.property(fc.array(instant, { maxLength: 6 }), zoned, (times, date) => {
      const index = indexOf(times.map((started, at) => ({ resourceType: 'ImagingStudy', id: `s${at}`, started })));
      const [lt, ge, sa, eb] = ['lt', 'ge', 'sa', 'eb'].map((prefix) => selected(index, `started=${prefix}${date}`));
      expect([...new Set([...(lt ?? []), ...(ge ?? [])])].sort()).toEqual(all(index));
      expect((sa ?? []).filter((id) => eb?.includes(id))).toEqual([]);
      for (const id of sa ?? []) expect(ge).toContain(id);
      for (const id of eb ?? []) expect(lt).toContain(id);
    }),
    RUNS,
  );
});

/** The ranges that a text stands for, by the platform's own calendar: `[first millisecond, first one after it]`. */
function rangeOf(text: string): [number, number] {
  const [, year = '', month, day, time, second, zone = 'Z'] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d:\d\d)(:\d\d)?(.*))?$/.exec(text) ?? [];
  if (time !== undefined) {
    const from = Date.parse(`${year}-${month}-${day}T${time}${second ?? ':00'}${zone}`);
    return [from, from + (second === undefined ? 60_000 : 1000)];
  }
  const [y, m, d] = [Number(year), Number(month ?? 1) - 1, Number(day ?? 1)];
  return [Date.UTC(y, m, d), day !== undefined ? Date.UTC(y, m, d + 1) : month !== undefined ? Date.UTC(y, m + 1, 1) : Date.UTC(y + 1, 0, 1)];
}

/** The prefixes word for word: https://hl7.org/fhir/R4/search.html#prefix. `s` is the search value's range, `t` the resource's. */
const PREFIXES: Readonly<Record<string, (s: [number, number], t: [number, number]) => boolean>> = {
  eq: (s, t) => s[0] <= t[0] && t[1] <= s[1],
  ne: (s, t) => !(s[0] <= t[0] && t[1] <= s[1]),
  gt: (s, t) => t[1] > s[1],
  lt: (s, t) => t[0] < s[0],
  ge: (s, t) => t[1] > s[1] || (s[0] <= t[0] && t[1] <= s[1]),
  le: (s, t) => t[0] < s[0] || (s[0] <= t[0] && t[1] <= s[1]),
  sa: (s, t) => t[0] >= s[1],
  eb: (s, t) => t[1] <= s[0],
  ap: (s, t) => t[0] < s[1] && s[0] < t[1],
};

test('of periods, what must match is what the ranges of the prefixes say; only gt, ge, le and ap leave something open', () => {
  const two = (least: number, most: number) => fc.integer({ min: least, max: most }).map((value) => String(value).padStart(2, '0'));
  const day = fc.tuple(fc.constantFrom('2019', '2020', '1900'), fc.constantFrom('02', '03', '04', '06', '09', '11', '12'), fc.constantFrom('01', '28', '30')).map(([y, m, d]) => `${y}-${m}-${m === '02' && d === '30' ? '29' : d}`).filter((text) => !text.endsWith('-02-29') || text.startsWith('2020'));
  const local = fc.oneof(day, day.map((text) => text.slice(0, 7)), day.map((text) => text.slice(0, 4)));
  const zoned = fc.tuple(fc.constantFrom('2020-02-28', '2020-02-29', '2020-03-01'), two(0, 23), fc.constantFrom('00', '59'), fc.constantFrom(':00', ':59'), fc.constantFrom('Z', '+05:30', '-05:00', '+14:00', '-11:00')).map(([date, hour, minute, second, zone]) => `${date}T${hour}:${minute}${second}${zone}`);
  const asked = fc.oneof(zoned, zoned.map((text) => text.replace(/:\d\d(?=[Z+-])/, '')));
  const ends = (text: fc.Arbitrary<string>) => fc.tuple(fc.option(text, { nil: undefined }), fc.option(text, { nil: undefined })).map(([a, b]) => (a !== undefined && b !== undefined && rangeOf(a)[0] > rangeOf(b)[0] ? { start: b, end: a } : { ...(a === undefined ? {} : { start: a }), ...(b === undefined ? {} : { end: b }) }));
  const world = fc.oneof(fc.tuple(fc.array(ends(zoned), { minLength: 1, maxLength: 5 }), asked), fc.tuple(fc.array(ends(local), { minLength: 1, maxLength: 5 }), local));
  fc.assert(
    fc.property(world, ([periods, text]) => {
      const index = indexOf(periods.map((period, at): Resource => ({ resourceType: 'Encounter', id: `e${at}`, period })));
      for (const [prefix, holds] of Object.entries(PREFIXES)) {
        const { must, either } = predict(index, queryOf('Encounter', `date=${prefix}${text}`));
        const expected = periods.flatMap(({ start, end }, at) => (holds(rangeOf(text), [start === undefined ? -Infinity : rangeOf(start)[0], end === undefined ? Infinity : rangeOf(end)[1]]) ? [`Encounter/e${at}`] : []));
        expect([prefix, text, [...must].sort()]).toEqual([prefix, text, expected]);
        if (!['gt', 'ge', 'le', 'ap'].includes(prefix)) expect([prefix, text, [...either.keys()]]).toEqual([prefix, text, []]);
      }
    }),
    { numRuns: 120 },
  );
});

test('OR is the union, AND the intersection', () => {
  const values = fc.constantFrom<[string, string, string]>(['modality', 'CT', 'SR'], ['modality', `${DCM}|CT`, '|MR'], ['subject', 'Patient/p0', 'Group/p0'], ['started', '2020-01', 'lt2020-01-02'], ['identifier', '1', '2'], ['status', 'available', 'cancelled'], ['patient.identifier', '1', '2']);
  fc.assert(
    fc.property(world, values, (resources, [code, first, second]) => {
      const index = indexOf(resources);
      const [a, b] = [selected(index, `${code}=${first}`), selected(index, `${code}=${second}`)];
      expect(selected(index, `${code}=${first},${second}`)).toEqual([...new Set([...a, ...b])].sort());
      expect(selected(index, `${code}=${first}&${code}=${second}`)).toEqual(a.filter((id) => b.includes(id)));
      const must = (text: string) => predict(index, queryOf('ImagingStudy', text)).must;
      for (const reference of must(`${code}=${first}`)) expect(must(`${code}=${first},${second}`).has(reference)).toBe(true);
    }),
    RUNS,
  );
});

test('a chain is the join that a client would make, a reverse chain too', () => {
  const inner = fc.constantFrom('identifier=mrn|1', 'name=mull', 'birthdate=lt1985', 'gender:not=male', 'gender:missing=true');
  fc.assert(
    fc.property(world, inner, (resources, text) => {
      // Contained patients are part of a chain, but a client cannot search for them.
      const index = indexOf(resources.map(({ contained: _contained, ...resource }) => resource));
      const patients = select(index, queryOf('Patient', text)).map((resource) => `Patient/${resource.id}`);
      const joined = patients.length === 0 ? [] : selected(index, `patient=${patients.join(',')}`);
      expect(selected(index, `patient.${text}`)).toEqual(joined);
      const sources = select(index, queryOf('ImagingStudy', 'modality=CT'));
      const targets = idsOf(index.all('Patient').filter((person) => sources.some((source) => select(indexOf([source, person]), queryOf('ImagingStudy', `patient=Patient/${person.id}`)).length > 0)));
      expect(idsOf(select(index, queryOf('Patient', '_has:ImagingStudy:patient:modality=CT')))).toEqual(targets);
    }),
    RUNS,
  );
});

test('what is certain in any zone is so in each zone', () => {
  fc.assert(
    fc.property(fc.array(anyDate, { minLength: 1, maxLength: 5 }), fc.constantFrom('', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb'), searchDate, fc.integer({ min: -720, max: 840 }), (times, prefix, date, offset) => {
      const resources = times.map((started, at): Resource => ({ resourceType: 'ImagingStudy', id: `s${at}`, started }));
      const query = queryOf('ImagingStudy', `started=${prefix}${date}`);
      const { must, either } = predict(indexOf(resources), query);
      const there = createSearchIndex(DEFINITIONS, BASE, resources, { zone: { from: offset, to: offset } });
      const answered = select(there, query).map((resource) => `ImagingStudy/${resource.id}`);
      for (const reference of must) expect(answered).toContain(reference);
      for (const reference of answered) expect(must.has(reference) || either.has(reference)).toBe(true);
      const narrowed = predict(there, query);
      for (const reference of must) expect(narrowed.must.has(reference)).toBe(true);
      for (const reference of narrowed.must) expect(must.has(reference) || either.has(reference)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('resources of any shape do no harm', () => {
  const odd = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.record({ coding: fc.jsonValue({ maxDepth: 2 }), reference: fc.jsonValue({ maxDepth: 1 }), identifier: fc.jsonValue({ maxDepth: 2 }), start: fc.jsonValue({ maxDepth: 1 }), value: fc.jsonValue({ maxDepth: 1 }), system: fc.jsonValue({ maxDepth: 1 }), code: fc.jsonValue({ maxDepth: 1 }) }));
  const resource = fc.record({ status: odd, started: odd, subject: odd, identifier: fc.oneof(odd, fc.array(odd, { maxLength: 2 })), series: fc.array(fc.record({ modality: odd, uid: odd, endpoint: odd, performer: odd }), { maxLength: 2 }), meta: odd, contained: odd, reasonCode: fc.array(odd, { maxLength: 2 }) });
  fc.assert(
    fc.property(resource, fc.array(criterion, { minLength: 1, maxLength: 3 }), (row, criteria) => {
      expectLawful(indexOf([{ resourceType: 'ImagingStudy', id: 's0', ...row } as unknown as Resource]), queryOf('ImagingStudy', criteria.join('&')));
    }),
    RUNS,
  );
});
