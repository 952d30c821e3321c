/** From attributes to elements: each row of the table, and that the table has all that FHIR maps. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from '../../scripts/core/fhir';
import { packageRoot } from '../../scripts/core/package-root';
import { NO_ZONE, parseZone } from '../../scripts/dicom/date-time';
import { endpointResource } from '../../scripts/dicom/endpoint-resource';
import { MAPPING, mapStudy, mappingTable, type MappedStudy } from '../../scripts/dicom/mapping';
import type { MappingOptions } from '../../scripts/dicom/mapping-context';
import { sopClassName } from '../../scripts/dicom/sop-class-name';
import { addDataSet, emptyStudySet } from '../../scripts/dicom/study-model';
import { SERIES_ATTRIBUTES, STUDY_ATTRIBUTES } from '../../scripts/dicom/attributes';
import { TAGS, tagText } from '../../scripts/dicom/tags';
import { brokenRules } from '../../scripts/invariants/rules';
import { dataSet, image, type Values } from './samples';

const OPTIONS: MappingOptions = { zone: NO_ZONE, endpoints: [], counts: 'archive' };
const code = (value: string, meaning: string, scheme = 'SCT'): Values => ({ CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning });

function map(all: readonly Values[], options: Partial<MappingOptions> = {}): MappedStudy {
  const set = emptyStudySet();
  all.forEach((values, i) => addDataSet(set, dataSet(values), `file-${i + 1}`));
  const [study] = set.studies.values();
  return mapStudy(study!, set, { ...OPTIONS, ...options });
}

const one = (more: Values, options: Partial<MappingOptions> = {}) => map([image(1, 1, 1, more)], options);
const seriesOf = ({ study }: MappedStudy) => (study['series'] as Record<string, unknown>[])[0] ?? {};
const related = (mapped: MappedStudy, type: string) => mapped.related.filter(({ resourceType }) => resourceType === type);

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

test('modalities: defined terms in their system, other words without, none as unknown', () => {
  expect(seriesOf(one({ Modality: 'RESP' }))['modality']).toEqual({ system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'RESP' });
  expect(seriesOf(one({ Modality: 'MRI' }))['modality']).toEqual({ code: 'MRI' });
  expect(seriesOf(one({ Modality: '' }))['modality']).toMatchObject({ extension: [{ valueCode: 'unknown' }] });
});

test('the study lists acquisition modalities; what only was made of them where there is nothing else', () => {
  const codes = (mapped: MappedStudy) => (mapped.study['modality'] as { code: string }[]).map((coding) => coding.code);
  expect(codes(map([image(1, 1, 1), image(1, 2, 1, { Modality: 'SR' }), image(1, 3, 1, { Modality: 'PT' })]))).toEqual(['CT', 'PT']);
  expect(codes(map([image(1, 1, 1, { Modality: 'SR' }), image(1, 2, 1, { Modality: 'KO' })]))).toEqual(['KO', 'SR']);
  const known = emptyStudySet();
  addDataSet(known, dataSet({ StudyInstanceUID: '1.2', ModalitiesInStudy: 'MR\\SR' }), 'qido');
  expect(mapStudy([...known.studies.values()][0]!, known, OPTIONS).study).toMatchObject({ modality: [{ code: 'MR' }] });
});

test('patients: issuers give a namespace, names their scripts', () => {
  const [patient] = related(
    one({ PatientName: 'Yamada^Tarou=山田^太郎', PatientSex: 'F', PatientBirthDate: '19700102', IssuerOfPatientID: 'General', IssuerOfPatientIDQualifiersSequence: [{ UniversalEntityID: '1.2.40', UniversalEntityIDType: 'ISO' }] }),
    'Patient',
  );
  expect(patient).toMatchObject({ identifier: [{ system: 'urn:oid:1.2.40', value: 'P1', assigner: { display: 'General' } }], gender: 'female', birthDate: '1970-01-02', name: [{ family: 'Yamada' }, { family: '山田' }] });
});

test('one patient in two studies is one resource; without an issuer only if name and birth date agree too', () => {
  const idOf = (study: number, more: Values) => related(map([image(study, 1, 1, more)]), 'Patient')[0]?.id;
  expect(idOf(1, {})).toBe(idOf(2, {}));
  expect(idOf(1, { PatientName: 'Roe^Richard' })).not.toBe(idOf(2, {}));
  expect(idOf(1, { IssuerOfPatientID: 'G', PatientName: 'Roe^Richard' })).toBe(idOf(2, { IssuerOfPatientID: 'G' }));
  expect(idOf(1, { PatientID: '' })).not.toBe(idOf(2, { PatientID: '' }));
});

test('an accession number is the request; with a namespace it identifies the study too', () => {
  const plain = one({ AccessionNumber: 'A7', RequestedProcedureCodeSequence: [code('1', 'CT of the chest')] }).study;
  expect(plain['basedOn']).toMatchObject([{ type: 'ServiceRequest', identifier: { type: { coding: [{ code: 'ACSN' }] }, value: 'A7' }, display: 'CT of the chest' }]);
  expect(plain['identifier']).toHaveLength(1);
  const issued = one({ AccessionNumber: 'A7', IssuerOfAccessionNumberSequence: [{ UniversalEntityID: 'https://h.example/acc', UniversalEntityIDType: 'URI' }] }).study;
  expect(issued['identifier']).toMatchObject([{}, { system: 'https://h.example/acc', value: 'A7' }]);
  expect(one({ AccessionNumber: 'A7' }, { accessionSystem: 'https://x.example' }).study['identifier']).toMatchObject([{}, { system: 'https://x.example', value: 'A7' }]);
  expect(brokenRules(issued)).toEqual([]);
});

test('several requests fulfilled by one study', () => {
  const request = (number: string, procedure: string): Values => ({ AccessionNumber: number, RequestedProcedureDescription: procedure, ReasonForTheRequestedProcedure: `why ${number}` });
  const { study } = map([image(1, 1, 1, { RequestAttributesSequence: [request('A1', 'Chest')] }), image(1, 2, 1, { RequestAttributesSequence: [request('A2', 'Abdomen')] })]);
  expect(study['basedOn']).toMatchObject([{ identifier: { value: 'A1' }, display: 'Chest' }, { identifier: { value: 'A2' }, display: 'Abdomen' }]);
  expect(study['reasonCode']).toEqual([{ text: 'why A1' }, { text: 'why A2' }]);
});

test('performers: who, with whose help, by which device, where', () => {
  const person = (value: string): Values => ({ PersonIdentificationCodeSequence: [{ CodeValue: value, CodingSchemeUID: '1.9', CodeMeaning: 'Somebody' }] });
  const mapped = one({
    PerformingPhysicianName: 'Skann^Otto\\Down^Anna',
    PerformingPhysicianIdentificationSequence: [person('77')],
    OperatorsName: 'Tech^T',
    Manufacturer: 'ACME',
    ManufacturerModelName: 'Scan 1',
    StationName: 'CT2',
    DeviceSerialNumber: 'S1',
    SoftwareVersions: 'v1\\v2',
    InstitutionName: 'General Hospital',
  });
  const performers = seriesOf(mapped)['performer'] as { function: { coding: { code: string }[] }; actor: { reference: string; display: string } }[];
  expect(performers.map((performer) => [performer.function.coding[0]?.code, performer.actor.reference.split('/')[0], performer.actor.display])).toEqual([
    ['PRF', 'Practitioner', 'Otto Skann'],
    ['PRF', 'Practitioner', 'Anna Down'],
    ['SPRF', 'Practitioner', 'T Tech'],
    ['DEV', 'Device', 'ACME Scan 1'],
    ['LOC', 'Organization', 'General Hospital'],
  ]);
  expect(related(mapped, 'Practitioner')[0]).toMatchObject({ identifier: [{ system: 'urn:oid:1.9', value: '77' }], name: [{ family: 'Skann' }] });
  expect(related(mapped, 'Device')[0]).toMatchObject({ manufacturer: 'ACME', serialNumber: 'S1', deviceName: [{ name: 'Scan 1', type: 'model-name' }, { name: 'CT2', type: 'user-friendly-name' }], version: [{ value: 'v1' }, { value: 'v2' }] });
});

test('body parts: the code, the word with its code, the word alone', () => {
  const site = (more: Values) => seriesOf(one(more))['bodySite'];
  expect(site({ BodyPartExamined: 'CHEST' })).toEqual({ system: 'http://snomed.info/sct', code: '816094009', display: 'Chest' });
  expect(site({ BodyPartExamined: 'chest' })).toMatchObject({ code: '816094009' });
  expect(site({ BodyPartExamined: 'LEFT BIG TOE NAIL' })).toEqual({ display: 'LEFT BIG TOE NAIL' });
  expect(site({ BodyPartExamined: 'CHEST', AnatomicRegionSequence: [code('T-D4000', 'Abdomen', 'SRT')] })).toEqual({ system: 'http://snomed.info/srt', code: 'T-D4000', display: 'Abdomen' });
  expect(site({})).toBeUndefined();
  const differing = map([image(1, 1, 1, { AnatomicRegionSequence: [code('1', 'a')] }), image(1, 1, 2, { AnatomicRegionSequence: [code('2', 'b')] })]);
  expect(seriesOf(differing)['bodySite']).toBeUndefined();
});

test('laterality of the series or of its images', () => {
  const sideOf = (...all: Values[]) => (seriesOf(map(all.map((more, i) => image(1, 1, i + 1, more))))['laterality'] as { code: string } | undefined)?.code;
  expect(sideOf({ Laterality: 'L' })).toBe('419161000');
  expect(sideOf({ ImageLaterality: 'R' })).toBe('419465000');
  expect(sideOf({ ImageLaterality: 'R' }, { ImageLaterality: 'L' })).toBe('51440002');
  expect(sideOf({ ImageLaterality: 'U' })).toBeUndefined();
});

test('specimens are the patient\'s', () => {
  const mapped = one({ SpecimenDescriptionSequence: [{ SpecimenIdentifier: 'S-1', SpecimenUID: '1.5', IssuerOfTheSpecimenIdentifierSequence: [{ LocalNamespaceEntityID: 'Path' }] }] });
  const [specimen] = related(mapped, 'Specimen');
  expect(specimen).toMatchObject({ identifier: [{ value: 'urn:oid:1.5' }, { value: 'S-1', assigner: { display: 'Path' } }], subject: mapped.study['subject'] });
  expect(seriesOf(mapped)['specimen']).toEqual([{ reference: `Specimen/${specimen?.id}`, display: 'S-1' }]);
});

test('titles of what is no image', () => {
  const titleOf = (more: Values) => (seriesOf(one(more))['instance'] as { title?: string }[])[0]?.title;
  expect(titleOf({ DocumentTitle: 'Discharge letter' })).toBe('Discharge letter');
  expect(titleOf({ ConceptNameCodeSequence: [code('113000', 'Of Interest', 'DCM')] })).toBe('Of Interest');
  expect(titleOf({ ContentLabel: 'LIVER' })).toBe('LIVER');
  expect(titleOf({})).toBeUndefined();
});

test('a private class has no name, negative numbers are left out', () => {
  const instance = (seriesOf(one({ SOPClassUID: '1.3.46.670589.2.4.1', InstanceNumber: '-1', SeriesNumber: '-3' }))['instance'] as unknown[])[0];
  expect(instance).toEqual({ uid: '1.2.3.1.1.1', sopClass: { system: 'urn:ietf:rfc:3986', code: 'urn:oid:1.3.46.670589.2.4.1' } });
});

describe('numbers', () => {
  const stated: Values = { NumberOfStudyRelatedSeries: '3', NumberOfStudyRelatedInstances: '9', NumberOfSeriesRelatedInstances: '4' };

  test('as the archive states them, and the difference is told', () => {
    const mapped = one(stated);
    expect(mapped.study).toMatchObject({ numberOfSeries: 3, numberOfInstances: 9 });
    expect(seriesOf(mapped)).not.toHaveProperty('numberOfInstances');
    expect(mapped.findings.map(({ message }) => message)).toEqual(['The archive states 3 series, and 1 are present.', 'The archive states 9 instances, and 1 are present.']);
  });

  test('as present', () => {
    const mapped = one(stated, { counts: 'present' });
    expect(mapped.study).toMatchObject({ numberOfSeries: 1, numberOfInstances: 1, series: [{ numberOfInstances: 1 }] });
    expect(brokenRules(mapped.study)).toEqual([]);
  });

  test('an archive that states less than there is, is not believed', () => {
    const mapped = map([image(1, 1, 1, { NumberOfStudyRelatedInstances: '1' }), image(1, 1, 2)]);
    expect(mapped.study).toMatchObject({ numberOfInstances: 2, series: [{ numberOfInstances: 2 }] });
    expect(mapped.findings).toMatchObject([{ code: 'more-than-archive', severity: 'warning' }]);
  });
});

test('a key object selection becomes a study of the chosen instances', () => {
  const chosen = (study: string, series: string, ...uids: string[]): Values => ({
    StudyInstanceUID: study,
    ReferencedSeriesSequence: [{ SeriesInstanceUID: series, ReferencedSOPSequence: uids.map((uid) => ({ ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.2', ReferencedSOPInstanceUID: uid })) }],
  });
  const ko = image(1, 9, 1, {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.59',
    Modality: 'KO',
    ConceptNameCodeSequence: [code('113000', 'Of Interest', 'DCM')],
    ContentSequence: [{ ConceptNameCodeSequence: [code('113012', 'Key Object Description', 'DCM')], TextValue: 'Nodule' }],
    CurrentRequestedProcedureEvidenceSequence: [chosen('1.2.3.1', '1.2.3.1.1', '1.2.3.1.1.2', '1.2.3.1.1.3', '1.2.3.1.1.2'), chosen('1.2.3.8', '1.2.3.8.1', '1.2.3.8.1.1')],
  });
  const { study, selections, findings } = map([image(1, 1, 1), image(1, 1, 2), image(1, 1, 3), ko]);
  expect((study['series'] as unknown[]).length).toBe(2);
  expect(selections).toMatchObject([
    {
      resourceType: 'ImagingStudy',
      identifier: [{ value: 'urn:oid:1.2.3.1' }],
      subject: study['subject'],
      started: '2026-02-17',
      modality: [{ code: 'CT' }],
      numberOfInstances: 2,
      description: 'Of Interest: Nodule',
      note: [{ text: 'Chosen by Key Object Selection 1.2.3.1.9.1.' }],
      series: [{ uid: '1.2.3.1.1', number: 1, modality: { code: 'CT' }, instance: [{ uid: '1.2.3.1.1.2' }, { uid: '1.2.3.1.1.3' }] }],
    },
    { identifier: [{ value: 'urn:oid:1.2.3.8' }], series: [{ modality: { extension: [{ valueCode: 'unknown' }] } }] },
  ]);
  expect(new Set([study, ...selections].map(({ id }) => id)).size).toBe(3);
  expect(findings).toMatchObject([{ code: 'key-object-absent', severity: 'information' }]);
  expect(brokenRules(selections[0] as Resource)).toEqual([]);
});

test('the order of files makes no difference', () => {
  const all = [image(1, 2, 2), image(1, 1, 1), image(1, 2, 1), image(1, 1, 2, { InstanceNumber: '' })];
  expect(map([...all].reverse())).toEqual(map(all));
});

test('class names are those of the guide\'s value set', () => {
  const fsh = readFileSync(join(packageRoot(), 'input/fsh/valuesets/scout-storage-sop-class.fsh'), 'utf8');
  const rows = [...fsh.matchAll(/\* \$uri#urn:oid:([\d.]+) "([^"]+)"/g)].map(([, uid = '', name = '']) => [uid, name]);
  expect(rows.length).toBeGreaterThan(150);
  expect(rows.map(([uid = '']) => [uid, sopClassName(uid)])).toEqual(rows);
});

test.each([
  ['report', 'SR', '88.33', 'Comprehensive SR Storage'],
  ['key objects', 'KO', '88.59', 'Key Object Selection Document Storage'],
  ['presentation state', 'PR', '11.1', 'Grayscale Softcopy Presentation State Storage'],
  ['segmentation', 'SEG', '66.4', 'Segmentation Storage'],
  ['structure set', 'RTSTRUCT', '481.3', 'RT Structure Set Storage'],
  ['ECG', 'ECG', '9.1.1', '12-lead ECG Waveform Storage'],
  ['video', 'ES', '77.1.1.1', 'Video Endoscopic Image Storage'],
  ['whole slide', 'SM', '77.1.6', 'VL Whole Slide Microscopy Image Storage'],
  ['encapsulated PDF', 'DOC', '104.1', 'Encapsulated PDF Storage'],
])('%s: listed by its class, valid by our rules', (_what, modality, arc, name) => {
  const { study } = one({ Modality: modality, SOPClassUID: `1.2.840.10008.5.1.4.1.1.${arc}` });
  expect(study).toMatchObject({ modality: [{ code: modality }], series: [{ modality: { code: modality }, instance: [{ sopClass: { display: name } }] }] });
  expect(brokenRules(study)).toEqual([]);
});

test('what FHIR cannot hold as a code or a URI is made so, or left out', () => {
  const codes = (item: Values) => (one({ ProcedureCodeSequence: [item] }).study['procedureCode'] as { coding: unknown[] }[])[0]?.coding;
  expect(codes({ CodeValue: 'A  B', CodeMeaning: 'x', CodingSchemeUID: 'not a uid' })).toEqual([{ code: 'A B', display: 'x' }]);
  const issued = (UniversalEntityID: string, UniversalEntityIDType: string) => related(one({ IssuerOfPatientIDQualifiersSequence: [{ UniversalEntityID, UniversalEntityIDType }] }), 'Patient')[0]?.['identifier'];
  for (const [id, type] of [['1.2 3', 'ISO'], ['abc', 'UUID'], ['no uri', 'URI'], ['host', 'DNS']] as const) expect(issued(id, type)).toEqual([{ value: 'P1' }]);
  expect(issued('https://h.example/id', 'URI')).toEqual([{ system: 'https://h.example/id', value: 'P1' }]);
});
