/** From attributes to elements: the table has all that FHIR maps, and a whole study comes of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../scripts/core/package-root';
import { SERIES_ATTRIBUTES, STUDY_ATTRIBUTES } from '../../scripts/dicom/attributes';
import { parseZone } from '../../scripts/dicom/date-time';
import { endpointResource } from '../../scripts/dicom/endpoint-resource';
import { MAPPING, mappingTable } from '../../scripts/dicom/mapping';
import { TAGS, tagText } from '../../scripts/dicom/tags';
import { brokenRules } from '../../scripts/invariants/rules';
import { code, map, one } from './mapped';
import { image } from './samples';

test('the table has every attribute that the R6 draft maps, and nothing that is forgotten on the way', () => {
  // As the draft lists them; its (0080,0050) and (0080,0051) are (0008,0050) and (0008,0051).
  const draft =
    '0020000D 00200010 00080061 00080060 00100020 00100021 00100024 00100010 00080020 00080030 00080050 00080051 00321064 00080090 00080096 00081040 00081041 00401002 00081030 00201206 00201208 0020000E 00200011 0008103E 00201209 00180015 00082218 00200060 00400551 00400554 00400562 00080021 00080031 00081050 00081052 00081070 00081072 00080070 00081090 00080080 00080018 00080016 00200013 00420010'.split(' ');
  const mapped = new Set(MAPPING.flatMap(({ tags }) => tags).map((name) => tagText(TAGS[name].tag).replace(/[(),]/g, '')));
  expect(draft.filter((tag) => !mapped.has(tag))).toEqual([]);
  const remembered = new Set([...Object.keys(STUDY_ATTRIBUTES), ...Object.keys(SERIES_ATTRIBUTES)]);
  const used = new Set<string>(MAPPING.flatMap(({ tags }) => tags));
  expect([...remembered].filter((name) => !used.has(name))).toEqual([]);
});

test('the table for readers has a row for each, and stands in the guide as it is', () => {
  expect(mappingTable().split('\n')).toHaveLength(MAPPING.length + 2);
  expect(readFileSync(join(packageRoot(), 'input/pagecontent/from-dicom.md'), 'utf8')).toContain(`\n${mappingTable()}\n{: .grid}\n`);
});

test('a plain study', () => {
  const { study, related: others } = map([image(1, 2, 2), image(1, 1, 1, { SeriesDescription: 'Scout' }), image(1, 2, 1)]);
  expect(study).toMatchObject({
    resourceType: 'ImagingStudy',
    id: '1.2.3.1',
    identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.3.1' }],
    status: 'available',
    modality: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT', display: 'Computed Tomography' }],
    started: '2026-02-17',
    numberOfSeries: 2,
    numberOfInstances: 3,
    series: [
      { uid: '1.2.3.1.1', number: 1, description: 'Scout', numberOfInstances: 1 },
      {
        uid: '1.2.3.1.2',
        number: 2,
        numberOfInstances: 2,
        instance: [
          { uid: '1.2.3.1.2.1', number: 1, sopClass: { system: 'urn:ietf:rfc:3986', code: 'urn:oid:1.2.840.10008.5.1.4.1.1.2', display: 'CT Image Storage' } },
          { uid: '1.2.3.1.2.2', number: 2 },
        ],
      },
    ],
  });
  expect(study['subject']).toEqual({ reference: `Patient/${others[0]?.id}` });
  expect(others[0]).toMatchObject({ resourceType: 'Patient', identifier: [{ value: 'P1' }], name: [{ family: 'Doe', given: ['Jane'] }] });
  expect(brokenRules(study)).toEqual([]);
});

test('elements stand in the order in which FHIR has them', () => {
  const mapped = one({ AccessionNumber: 'A', ReferringPhysicianName: 'R', StudyDescription: 'D', ReasonForTheRequestedProcedure: 'x', InstitutionalDepartmentName: 'Y', ProcedureCodeSequence: [code('1', 'P')] }, { endpoints: [endpointResource('https://a.example/b')] });
  const order = 'resourceType id meta identifier status modality subject encounter started basedOn referrer interpreter endpoint numberOfSeries numberOfInstances procedureReference procedureCode location reasonCode reasonReference note description series'.split(' ');
  const keys = Object.keys(mapped.study);
  expect(keys).toEqual(order.filter((name) => keys.includes(name)));
});

test('the zone of the data counts before that of the user', () => {
  expect(one({ TimezoneOffsetFromUTC: '+0530' }, { zone: parseZone('Z') }).study['started']).toBe('2026-02-17T08:15:30+05:30');
  expect(one({}, { zone: parseZone('Europe/Vienna') }).study['started']).toBe('2026-02-17T08:15:30+01:00');
  const two = map([image(1, 1, 1, { TimezoneOffsetFromUTC: '+0100' }), image(1, 1, 2, { TimezoneOffsetFromUTC: '+0200' })], { zone: parseZone('Z') });
  expect(two.study['started']).toBe('2026-02-17');
  expect(two.findings.map((finding) => finding.code)).toContain('several-offsets');
});

test.each([
  [{ StudyDate: '20261332' }, 'bad-date'],
  [{ StudyTime: '9999' }, 'bad-time'],
  [{ TimezoneOffsetFromUTC: 'CET' }, 'bad-offset'],
  [{ PatientBirthDate: 'long ago' }, 'bad-date'],
  [{ PatientSex: 'X' }, 'unknown-sex'],
  [{ Modality: '' }, 'no-modality'],
  [{ Modality: 'MRI' }, 'unknown-modality'],
] as const)('%j is told as %s', (values, expected) => {
  expect(one(values).findings.map((finding) => finding.code)).toContain(expected);
});

test('the order of files makes no difference', () => {
  const all = [image(1, 2, 2), image(1, 1, 1), image(1, 2, 1), image(1, 1, 2, { InstanceNumber: '' })];
  expect(map([...all].reverse())).toEqual(map(all));
});
