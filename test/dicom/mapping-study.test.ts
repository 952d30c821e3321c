/** From attributes to the elements of a study: patient, requests, modalities, numbers, key objects. */
import type { Resource } from '../../scripts/core/fhir';
import { mapStudy, type MappedStudy } from '../../scripts/dicom/mapping';
import { addDataSet, emptyStudySet } from '../../scripts/dicom/study-model';
import { brokenRules } from '../../scripts/invariants/rules';
import { code, map, one, OPTIONS, related, seriesOf } from './mapped';
import { dataSet, image, type Values } from './samples';

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

test('what FHIR cannot hold as a code or a URI is made so, or left out', () => {
  const codes = (item: Values) => (one({ ProcedureCodeSequence: [item] }).study['procedureCode'] as { coding: unknown[] }[])[0]?.coding;
  expect(codes({ CodeValue: 'A  B', CodeMeaning: 'x', CodingSchemeUID: 'not a uid' })).toEqual([{ code: 'A B', display: 'x' }]);
  const issued = (UniversalEntityID: string, UniversalEntityIDType: string) => related(one({ IssuerOfPatientIDQualifiersSequence: [{ UniversalEntityID, UniversalEntityIDType }] }), 'Patient')[0]?.['identifier'];
  for (const [id, type] of [['1.2 3', 'ISO'], ['abc', 'UUID'], ['no uri', 'URI'], ['host', 'DNS']] as const) expect(issued(id, type)).toEqual([{ value: 'P1' }]);
  expect(issued('https://h.example/id', 'URI')).toEqual([{ system: 'https://h.example/id', value: 'P1' }]);
});
