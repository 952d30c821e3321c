/** Value sets hold codes that a validator without a terminology server can look up. */
import { ACQUISITION_MODALITIES, DCM } from '../../scripts/core/dicom-modality';
import { isDicomUid, uidOfUrn } from '../../scripts/core/dicom-uid';
import { r4Resource, type BuiltGuide } from './built-guide';

interface Concept {
  code: string;
  display?: string;
  property?: { code: string; valueCode?: string }[];
}

const STORAGE = '1.2.840.10008.5.1.4.';

export function testValueSets(guide: () => BuiltGuide): void {
  const ontology = () => new Map((r4Resource('CodeSystem', DCM)['concept'] as Concept[]).map((concept) => [concept.code, concept]));

  test.each(['scout-acquisition-modality', 'scout-modality', 'scout-imaging-payload-type'])('%s: every code is in R4\'s copy of the DICOM ontology under the same name', (valueSet) => {
    const known = ontology();
    const codes = guide().codes(valueSet);
    expect(codes.filter(({ system }) => system !== DCM)).toEqual([]);
    expect(codes.filter(({ code, display }) => !known.has(code) || (display !== undefined && known.get(code)?.display !== display))).toEqual([]);
    expect(codes.filter(({ code }) => known.get(code)?.property?.some(({ valueCode }) => valueCode === 'deprecated'))).toEqual([]);
  });

  test('acquisition modalities are the same in the value set, in the program and in ist-7', () => {
    const codes = guide().codes('scout-acquisition-modality').map(({ code }) => code).sort();
    const ist7 = guide().elements('scout-imaging-study', 'snapshot').flatMap(({ constraint }) => constraint ?? []).find(({ key }) => key === 'ist-7');
    const inRule = /\^\(([A-Z|]+)\)\$/.exec(ist7?.expression ?? '')?.[1]?.split('|').sort();
    expect(codes).toEqual([...ACQUISITION_MODALITIES].sort());
    expect(inRule).toEqual(codes);
  });

  test('modalities are those that acquire and those that do not, each once', () => {
    const codes = guide().codes('scout-modality').map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).toEqual(expect.arrayContaining([...ACQUISITION_MODALITIES, 'SR', 'KO', 'PR', 'SEG', 'OT']));
    expect(['SR', 'KO', 'PR', 'SEG', 'OT'].filter((code) => ACQUISITION_MODALITIES.has(code))).toEqual([]);
  });

  test('connection types are codes of R4', () => {
    const known = new Set((r4Resource('CodeSystem', 'endpoint-connection-type')['concept'] as Concept[]).map(({ code }) => code));
    expect(guide().codes('scout-imaging-connection-type').filter(({ code }) => !known.has(code))).toEqual([]);
  });

  test('SOP classes are URNs of UIDs below DICOM\'s root of storage classes, each once and named', () => {
    const codes = guide().codes('scout-storage-sop-class');
    const uids = codes.map(({ code }) => uidOfUrn(code) ?? '');
    expect(codes.filter(({ system }) => system !== 'urn:ietf:rfc:3986')).toEqual([]);
    expect(uids.filter((uid) => !isDicomUid(uid) || !uid.startsWith(STORAGE))).toEqual([]);
    expect(new Set(uids).size).toBe(uids.length);
    expect(new Set(codes.map(({ display }) => display)).size).toBe(codes.length);
  });

  test.each([
    ['CT Image Storage', '1.1.2'],
    ['Enhanced MR Image Storage', '1.1.4.1'],
    ['Ultrasound Multi-frame Image Storage', '1.1.3.1'],
    ['Digital Mammography X-Ray Image Storage - For Presentation', '1.1.1.2'],
    ['Positron Emission Tomography Image Storage', '1.1.128'],
    ['X-Ray Angiographic Image Storage', '1.1.12.1'],
    ['VL Whole Slide Microscopy Image Storage', '1.1.77.1.6'],
    ['Key Object Selection Document Storage', '1.1.88.59'],
    ['Comprehensive SR Storage', '1.1.88.33'],
    ['Segmentation Storage', '1.1.66.4'],
  ])('%s is among them', (name, uid) => {
    expect(guide().codes('scout-storage-sop-class')).toContainEqual({ system: 'urn:ietf:rfc:3986', code: `urn:oid:${STORAGE}${uid}`, display: name });
  });
}
