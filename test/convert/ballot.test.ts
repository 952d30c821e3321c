import { elementsOf } from '../../scripts/core/element-model';
import type { Resource } from '../../scripts/core/fhir';
import { INSTANCE_ROWS, SERIES_ROWS, STUDY_ROWS } from '../../scripts/convert/ballot-rows';
import { convert } from '../../scripts/convert/convert';

const OLD_STUDY = {
  resourceType: 'ImagingStudy',
  id: 'old',
  started: '2011-01-01T11:01:20+03:00',
  patient: { reference: 'Patient/dicom' },
  uid: 'urn:oid:2.16.124.113543.6003.1154777499.30246.19789.3503430045',
  accession: { use: 'usual', system: 'http://ginormoushospital.org/accession', value: 'W12342398' },
  identifier: [{ system: 'http://ginormoushospital.org/study', value: '55551234' }],
  order: [{ reference: 'DiagnosticOrder/20140506-1' }, { reference: 'http://other.org/fhir/DiagnosticOrder/7' }],
  modalityList: ['CT', 'PT'],
  referrer: { reference: 'Practitioner/1' },
  availability: 'NEARLINE',
  url: 'http://localhost/wado/rs/studies/2.16.124.113543.6003.1154777499.30246.19789.3503430045',
  numberOfSeries: 1,
  numberOfInstances: 1,
  clinicalInformation: 'Chest pain',
  procedure: [{ system: 'http://www.radlex.org', code: 'RPID22' }],
  interpreter: { reference: 'Practitioner/2' },
  description: 'CT of the chest',
  series: [
    {
      number: 3,
      modality: 'CT',
      uid: 'urn:oid:2.16.124.113543.6003.2588828330.45298.17418.2723805630',
      description: 'CT Surview 180',
      numberOfInstances: 1,
      availability: 'ONLINE',
      url: 'http://archive/wado/studies/1.2/series/2.16.124.113543.6003.2588828330.45298.17418.2723805630',
      bodySite: { system: 'http://snomed.info/sct', code: '67734004' },
      laterality: { system: 'http://snomed.info/sct', code: '419161000' },
      dateTime: '2011-01-01T11:01:20+03:00',
      instance: [
        {
          number: 1,
          uid: 'urn:oid:2.16.124.113543.6003.189642796.63084.16748.2599092903',
          sopclass: 'urn:oid:1.2.840.10008.5.1.4.1.1.2',
          type: 'CT image',
          title: 'CT Surview 180',
          content: [{ contentType: 'image/jpeg', url: 'http://localhost/rendered/1' }],
        },
      ],
    },
  ],
};
const copy = (change: object = {}): Resource => ({ ...structuredClone(OLD_STUDY), ...change });
const studyOf = (resources: readonly Resource[]) => resources.find(({ resourceType }) => resourceType === 'ImagingStudy') as Resource & { series: Record<string, unknown>[]; endpoint?: { reference: string }[] };

test('every element of the ballot\'s table has exactly one row', () => {
  const rows = [...STUDY_ROWS, ...SERIES_ROWS, ...INSTANCE_ROWS].map(({ path }) => path);
  expect(rows.sort()).toEqual(Object.keys(elementsOf('0.5', 'ImagingStudy')).sort());
});

test('a whole study of the ballot becomes R4: nothing is lost, urls are Endpoints', () => {
  const { resources, findings } = convert([copy()], '0.5', '4.0');
  expect(findings.filter(({ severity }) => severity !== 'information')).toEqual([]);
  expect(findings.map(({ code, location }) => [code, location?.path])).toEqual([
    ['nearest', 'ImagingStudy.order'],
    ['nearest', 'ImagingStudy.order'],
    ['extension', 'ImagingStudy.availability'],
    ['extension', 'ImagingStudy.series.availability'],
    ['extension', 'ImagingStudy.series[0].instance[0].content'],
  ]);
  expect(resources.map(({ resourceType, id }) => `${resourceType}/${id}`)).toEqual(['Endpoint/old-wado-rs', 'Endpoint/old-wado-rs-2', 'ImagingStudy/old']);
  expect(resources.slice(0, 2).map(({ address }) => address)).toEqual(['http://localhost/wado/rs', 'http://archive/wado']);
  expect(studyOf(resources)).toEqual({
    resourceType: 'ImagingStudy',
    id: 'old',
    extension: [{ url: 'http://hl7.org/fhir/1.0/StructureDefinition/extension-ImagingStudy.availability', valueCode: 'NEARLINE' }],
    identifier: [
      { system: 'urn:dicom:uid', value: OLD_STUDY.uid },
      { ...OLD_STUDY.accession, type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] } },
      OLD_STUDY.identifier[0],
    ],
    status: 'available',
    modality: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' }, { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'PT' }],
    subject: OLD_STUDY.patient,
    started: OLD_STUDY.started,
    basedOn: [{ reference: 'ServiceRequest/20140506-1' }, { reference: 'http://other.org/fhir/ServiceRequest/7' }],
    referrer: OLD_STUDY.referrer,
    interpreter: [OLD_STUDY.interpreter],
    endpoint: [{ reference: 'Endpoint/old-wado-rs' }],
    numberOfSeries: 1,
    numberOfInstances: 1,
    procedureCode: [{ coding: OLD_STUDY.procedure }],
    reasonCode: [{ text: 'Chest pain' }],
    description: 'CT of the chest',
    series: [
      {
        extension: [{ url: 'http://hl7.org/fhir/1.0/StructureDefinition/extension-ImagingStudy.series.availability', valueCode: 'ONLINE' }],
        number: 3,
        modality: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' },
        uid: '2.16.124.113543.6003.2588828330.45298.17418.2723805630',
        description: 'CT Surview 180',
        numberOfInstances: 1,
        bodySite: OLD_STUDY.series[0]?.bodySite,
        laterality: OLD_STUDY.series[0]?.laterality,
        started: '2011-01-01T11:01:20+03:00',
        instance: [
          {
            extension: [{ url: 'http://hl7.org/fhir/1.0/StructureDefinition/extension-ImagingStudy.series.instance.content', valueAttachment: { contentType: 'image/jpeg', url: 'http://localhost/rendered/1' } }],
            uid: '2.16.124.113543.6003.189642796.63084.16748.2599092903',
            sopClass: { system: 'urn:ietf:rfc:3986', code: 'urn:oid:1.2.840.10008.5.1.4.1.1.2', display: 'CT image' },
            number: 1,
            title: 'CT Surview 180',
          },
        ],
        endpoint: [{ reference: 'Endpoint/old-wado-rs-2' }],
      },
    ],
  });
});

test('each row has its effect: without the element the result is another', () => {
  const whole = JSON.stringify(convert([copy()], '0.5', '4.0').resources);
  for (const { path } of STUDY_ROWS) expect([path, JSON.stringify(convert([copy({ [path]: undefined })], '0.5', '4.0').resources) === whole]).toEqual([path, false]);
  for (const { path } of SERIES_ROWS) {
    const series = [{ ...OLD_STUDY.series[0], [path.slice('series.'.length)]: undefined }];
    expect([path, JSON.stringify(convert([copy({ series })], '0.5', '4.0').resources) === whole]).toEqual([path, false]);
  }
  for (const { path } of INSTANCE_ROWS) {
    const series = [{ ...OLD_STUDY.series[0], instance: [{ ...OLD_STUDY.series[0]?.instance[0], [path.slice('series.instance.'.length)]: undefined }] }];
    expect([path, JSON.stringify(convert([copy({ series })], '0.5', '4.0').resources) === whole]).toEqual([path, false]);
  }
});

test('the ballot goes to R5 over R4', () => {
  const { resources } = convert([copy()], '0.5', '5.0');
  expect(studyOf(resources)).toMatchObject({ modality: [{ coding: [{ code: 'CT' }] }, { coding: [{ code: 'PT' }] }], reason: [{ concept: { text: 'Chest pain' } }], series: [{ bodySite: { concept: { coding: [{ code: '67734004' }] } } }] });
  expect(resources[0]).toMatchObject({ resourceType: 'Endpoint', connectionType: [{ coding: [{ code: 'dicom-wado-rs' }] }], payload: [{ mimeType: ['application/dicom'] }] });
});

test.each([
  ['http://localhost/viewer?study=1.2', 'no /studies/'],
  ['http://localhost/wado', 'no /studies/'],
  ['urn:oid:1.2.3', 'no /studies/'],
])('the url %s is dropped with a finding, for it is no WADO-RS address', (url, why) => {
  const { resources, findings } = convert([copy({ url, series: [] })], '0.5', '4.0');
  expect(resources.map(({ resourceType }) => resourceType)).toEqual(['ImagingStudy']);
  expect(findings).toContainEqual(expect.objectContaining({ code: 'lost', severity: 'warning', message: expect.stringContaining(why) as string }));
});

test('one service for the study and its series is one Endpoint, referred to once', () => {
  const series = [{ ...OLD_STUDY.series[0], url: `${OLD_STUDY.url}/series/1.2` }];
  const { resources } = convert([copy({ series })], '0.5', '4.0');
  expect(resources.map(({ id }) => id)).toEqual(['old-wado-rs', 'old']);
  expect(studyOf(resources).series[0]).not.toHaveProperty('endpoint');
});

test('what the ballot\'s table does not have is named, and another type stays as it is', () => {
  const { findings } = convert([copy({ colour: 'red' }), { resourceType: 'DiagnosticOrder', id: 'o' }], '0.5', '4.0');
  expect(findings).toContainEqual(expect.objectContaining({ code: 'lost', location: { resource: 'ImagingStudy/old', path: 'ImagingStudy.colour' } }));
  expect(findings).toContainEqual(expect.objectContaining({ code: 'not-converted', severity: 'error', location: { resource: 'DiagnosticOrder/o', path: 'DiagnosticOrder' } }));
});

test('in a Bundle the Endpoints stand beside their study, with addresses of their own', () => {
  const bundle = { resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl: 'http://old.org/fhir/ImagingStudy/old', resource: copy() }] };
  const [converted] = convert([bundle], '0.5', '4.0').resources;
  expect((converted?.entry as { fullUrl: string }[]).map(({ fullUrl }) => fullUrl)).toEqual(['http://old.org/fhir/Endpoint/old-wado-rs', 'http://old.org/fhir/Endpoint/old-wado-rs-2', 'http://old.org/fhir/ImagingStudy/old']);
});

test('there is no way back to the ballot, and the error lists the ways', () => {
  expect(() => convert([copy()], '4.0', '0.5')).toThrow(expect.objectContaining({ code: 'no-conversion', hint: expect.stringContaining('to: 4.0, 5.0') as string }) as Error);
});
