/** From attributes to the elements of a series and its instances: modality, performers, body site, specimens, titles, classes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../scripts/core/package-root';
import { sopClassName } from '../../scripts/dicom/sop-class-name';
import { brokenRules } from '../../scripts/invariants/rules';
import { code, map, one, related, seriesOf } from './mapped';
import { image, type Values } from './samples';

test('modalities: defined terms in their system, other words without, none as unknown', () => {
  expect(seriesOf(one({ Modality: 'RESP' }))['modality']).toEqual({ system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'RESP' });
  expect(seriesOf(one({ Modality: 'MRI' }))['modality']).toEqual({ code: 'MRI' });
  expect(seriesOf(one({ Modality: '' }))['modality']).toMatchObject({ extension: [{ valueCode: 'unknown' }] });
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
