import fc from 'fast-check';
import type { Resource } from '../../scripts/core/fhir';
import { CONNECTION_TYPES, endpointOf, studyEndpoints } from '../../scripts/dicom/endpoints';

const NOW = new Date('2026-06-01T00:00:00Z');

function endpoint(id: string, code: string, more: object = {}): Resource {
  return { resourceType: 'Endpoint', id, status: 'active', connectionType: { system: CONNECTION_TYPES, code }, address: `https://${id}.example`, ...more };
}

function study(own: readonly string[], series: readonly (readonly string[])[]): Resource {
  const refs = (ids: readonly string[]) => ids.map((id) => ({ reference: `Endpoint/${id}` }));
  return { resourceType: 'ImagingStudy', id: 's', identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' }], endpoint: refs(own), series: series.map((ids, index) => ({ uid: `1.2.3.${index}`, endpoint: refs(ids) })) };
}

function resolver(endpoints: readonly Resource[]) {
  return (reference: string) => endpoints.find(({ id }) => `Endpoint/${id}` === reference);
}

describe('effective endpoints', () => {
  const known = [endpoint('a', 'dicom-wado-rs'), endpoint('b', 'dicom-wado-rs'), endpoint('u', 'dicom-wado-uri'), endpoint('v', 'ihe-iid'), endpoint('off', 'dicom-wado-rs', { status: 'off' })];

  test('a series endpoint overrides the study\'s of the same type; other types stay', () => {
    const { studyUid, study: own, series } = studyEndpoints(study(['a', 'v'], [[], ['b'], ['u']]), resolver(known), NOW);
    expect(studyUid).toBe('1.2.3');
    expect(own.map(({ reference }) => reference)).toEqual(['Endpoint/a', 'Endpoint/v']);
    expect(series.map(({ effective }) => effective.map(({ reference }) => reference))).toEqual([
      ['Endpoint/a', 'Endpoint/v'],
      ['Endpoint/b', 'Endpoint/v'],
      ['Endpoint/u', 'Endpoint/a', 'Endpoint/v'],
    ]);
    expect(endpointOf(series[1]!.effective, 'dicom-wado-rs')?.address).toBe('https://b.example');
  });

  test('what is not active or not known serves nothing, overrides nothing, and is named with its place', () => {
    const { series, unusable } = studyEndpoints(study(['a'], [['off', 'gone']]), resolver(known), NOW);
    expect(series[0]!.effective.map(({ reference }) => reference)).toEqual(['Endpoint/a']);
    expect(unusable.map(({ path, unusable: why }) => [path, why])).toEqual([
      ['ImagingStudy.series[0].endpoint[0]', "the endpoint's status is off, not active"],
      ['ImagingStudy.series[0].endpoint[1]', 'Endpoint/gone is not known'],
    ]);
  });

  test('a period is over after its last moment, a day is a whole day', () => {
    const ended = (end: string) => studyEndpoints(study(['p'], []), resolver([endpoint('p', 'dicom-wado-rs', { period: { end } })]), NOW).unusable.length === 1;
    expect([ended('2026-05-31T23:59:00Z'), ended('2026-06-01'), ended('2026'), ended('2025-12'), ended('2026-05-29')]).toEqual([true, false, false, true, true]);
  });

  test('contained endpoints and R5\'s list of connection types are read', () => {
    const own: Resource = { resourceType: 'ImagingStudy', endpoint: [{ reference: '#x' }], contained: [endpoint('x', '', { connectionType: [{ coding: [{ system: 'other', code: 'y' }, { system: CONNECTION_TYPES, code: 'dicom-wado-rs' }] }] })] };
    expect(studyEndpoints(own, () => undefined, NOW).study.map(({ connectionType }) => connectionType)).toEqual(['dicom-wado-rs']);
  });

  test('law: each type of the study or the series is served exactly as often as on the level that decides it', () => {
    const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'u', 'v', 'off'), { maxLength: 5 });
    fc.assert(
      fc.property(ids, ids, (ofStudy, ofSeries) => {
        const { series } = studyEndpoints(study(ofStudy, [ofSeries]), resolver(known), NOW);
        const types = (list: readonly string[]) => list.filter((id) => id !== 'off').map((id) => ({ id, type: (known.find((one) => one.id === id)!.connectionType as { code: string }).code }));
        for (const type of ['dicom-wado-rs', 'dicom-wado-uri', 'ihe-iid']) {
          const inSeries = types(ofSeries).filter((row) => row.type === type);
          const expected = inSeries.length > 0 ? inSeries : types(ofStudy).filter((row) => row.type === type);
          const got = series[0]!.effective.filter((one) => one.connectionType === type).map(({ reference }) => reference);
          expect(got).toEqual(expected.map(({ id }) => `Endpoint/${id}`));
        }
      }),
    );
  });
});
