/** The Endpoint profile asks what IHE IMR asks, and keeps addresses to base URLs. */
import type { BuiltGuide } from './built-guide';
import { brokenConstraints } from './study-profile';

const CANONICAL = 'https://fhir-scout.org/ig/imaging';
const CONNECTION_TYPE = 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type';

const endpoint = (code: string, address: string) => ({
  resourceType: 'Endpoint',
  status: 'active',
  connectionType: { system: CONNECTION_TYPE, code },
  payloadType: [{ coding: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: '113014' }] }],
  address,
});

export function testEndpointProfile(guide: () => BuiltGuide): void {
  const snapshot = () => guide().elements('scout-imaging-endpoint', 'snapshot');
  const element = (id: string) => snapshot().find((row) => row.id === id);

  test('payloadType is exactly one, extensibly from IHE\'s one code', () => {
    const row = element('Endpoint.payloadType');
    expect(`${row?.min}..${row?.max}`).toBe('1..1');
    expect(row?.binding).toMatchObject({ strength: 'extensible', valueSet: `${CANONICAL}/ValueSet/scout-imaging-payload-type` });
    expect(guide().codes('scout-imaging-payload-type').map(({ code }) => code)).toEqual(['113014']);
  });

  test('connectionType is one of three: IHE\'s two and WADO-URI', () => {
    expect(element('Endpoint.connectionType')?.binding).toMatchObject({ strength: 'required', valueSet: `${CANONICAL}/ValueSet/scout-imaging-connection-type` });
    expect(guide().codes('scout-imaging-connection-type').map(({ system, code }) => `${system}#${code}`).sort()).toEqual(
      ['dicom-wado-rs', 'dicom-wado-uri', 'ihe-iid'].map((code) => `${CONNECTION_TYPE}#${code}`),
    );
  });

  test.each([
    ['dicom-wado-rs', 'https://pacs.example.org/dicom-web', []],
    ['dicom-wado-rs', 'https://pacs.example.org/dicom-web/', ['scout-wado-rs-address']],
    ['dicom-wado-rs', 'https://pacs.example.org/dicom-web/studies', ['scout-wado-rs-address']],
    ['dicom-wado-rs', 'https://pacs.example.org/wadors/study/1.2.3.4.5', ['scout-wado-rs-address']],
    ['dicom-wado-uri', 'https://pacs.example.org/wado/', []],
    ['dicom-wado-uri', 'https://pacs.example.org/wado?', ['scout-wado-uri-address']],
    ['ihe-iid', 'https://viewer.example.org/IID', []],
    ['ihe-iid', 'https://viewer.example.org/IID?requestType=STUDY', ['scout-iid-address']],
    ['ihe-iid', 'viewer.example.org/IID', ['scout-iid-address']],
  ])('%s at %s breaks %j', (code, address, expected) => {
    expect(brokenConstraints(snapshot(), endpoint(code, address))).toEqual(expected);
  });
}
