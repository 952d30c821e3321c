/** Studies drawn at random, the same at each run, with every element of their version's table: what is converted to be validated. */
import fc from 'fast-check';
import type { Resource } from '../../scripts/core/fhir';

const SEED = 20261122;
const word = fc.stringMatching(/^[a-z]{3,8}$/);
const some = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: 1, maxLength: 2 });
const count = fc.integer({ min: 0, max: 2000 });
const uid = fc.bigInt({ min: 1n, max: 2n ** 90n }).map((number) => `2.25.${number}`);
const oid = uid.map((text) => `urn:oid:${text}`);
const dateTime = fc.constantFrom('2011', '2011-01', '2011-01-01', '2011-01-01T11:01:20+03:00', '2011-01-01T11:01:20.5Z');
const to = (type: string) => word.map((id) => ({ reference: `${type}/${id}` }));
const modality = fc.constantFrom('CT', 'MR', 'US', 'PT', 'XA', 'DX');
const dcm = modality.map((code) => ({ system: 'http://dicom.nema.org/resources/ontology/DCM', code }));
const site = fc.constantFrom({ system: 'http://snomed.info/sct', code: '51185008', display: 'Thoracic structure' }, { system: 'http://snomed.info/sct', code: '85562004' });
const side = fc.constantFrom({ system: 'http://snomed.info/sct', code: '419161000' }, { system: 'http://snomed.info/sct', code: '419465000' });
const code = fc.record({ system: word.map((name) => `http://${name}.example/codes`), code: word, display: word });
const concept = fc.oneof(fc.record({ coding: some(code), text: word }), fc.record({ text: word }));
const identifier = fc.record({ use: fc.constantFrom('usual', 'secondary'), system: word.map((name) => `http://${name}.example/ids`), value: word });
const sopClass = fc.constantFrom('urn:oid:1.2.840.10008.5.1.4.1.1.2', 'urn:oid:1.2.840.10008.5.1.4.1.1.4');
const attachment = fc.record({ contentType: fc.constantFrom('image/jpeg', 'application/dicom'), url: word.map((name) => `http://old.hospital.test/rendered/${name}.jpg`), title: word });
const availability = fc.constantFrom('ONLINE', 'OFFLINE', 'NEARLINE', 'UNAVAILABLE');
const extension = fc.tuple(fc.record({ url: fc.constant('http://hl7.org/fhir/StructureDefinition/data-absent-reason'), valueCode: fc.constantFrom('unknown', 'masked') }));
/** Ids that no other study of the sample has, so that findings lead to their resource. */
const named = (prefix: string) => (studies: Resource[]) => studies.map((study, i) => ({ ...study, id: `${prefix}-${i + 1}` }));
const draw = (study: fc.Arbitrary<unknown>, prefix: string) => named(prefix)(fc.sample(study, { numRuns: 12, seed: SEED }) as Resource[]);

const ballotInstance = fc.record({ number: count, uid: oid, sopclass: sopClass, type: word, title: word, content: some(attachment) });
const ballotSeries = fc.record({
  number: count, modality, uid: oid, description: word, numberOfInstances: count, availability, url: fc.constantFrom('http://old.hospital.test/wado/studies/1.2/series/1.3', 'http://archive.hospital.test/wado/rs/studies/1.2/series/1.3', 'http://viewer.hospital.test/?series=1.3'),
  bodySite: site, laterality: side, dateTime, instance: some(ballotInstance),
});

/** Of the DSTU2 ballot, with every element of its table. */
export const MADE_UP_BALLOT: readonly Resource[] = draw(
  fc.record({
    resourceType: fc.constant('ImagingStudy'), language: fc.constant('en'), started: dateTime, patient: to('Patient'), uid: oid, accession: identifier, identifier: some(identifier),
    order: some(fc.oneof(to('DiagnosticOrder'), word.map((id) => ({ reference: `http://orders.hospital.test/fhir/DiagnosticOrder/${id}` })))), modalityList: some(modality), referrer: to('Practitioner'), availability,
    url: fc.constantFrom('http://old.hospital.test/wado/studies/1.2', 'http://old.hospital.test:8080/wado/rs/studies/1.2?x=1', 'urn:oid:1.2'),
    numberOfSeries: count, numberOfInstances: count, clinicalInformation: word, procedure: some(code), interpreter: to('Practitioner'), description: word, series: some(ballotSeries), extension,
  }),
  'made-up-ballot',
);

const codeable = (type: string) => fc.oneof(fc.record({ concept }), fc.record({ reference: to(type) }), fc.record({ concept, reference: to(type) }));
const notes = some(fc.record({ authorString: word, time: fc.constant('2024-01-02T03:04:05Z'), text: word }));
const instance = fc.record({ uid, sopClass: sopClass.map((text) => ({ system: 'urn:ietf:rfc:3986', code: text })), number: count, title: word });
const performer = fc.record({ function: fc.constantFrom({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'PRF' }] }, { text: 'radiographer' }), actor: fc.oneof(to('Practitioner'), to('Device'), to('Organization')) });
const shared = {
  resourceType: fc.constant('ImagingStudy'), language: fc.constant('en'), identifier: fc.tuple(oid.map((value) => ({ system: 'urn:dicom:uid', value })), identifier), status: fc.constantFrom('registered', 'available', 'cancelled', 'unknown'), subject: fc.oneof(to('Patient'), to('Group')),
  encounter: to('Encounter'), started: dateTime, _started: fc.record({ extension }), basedOn: some(to('ServiceRequest')), referrer: to('PractitionerRole'), endpoint: some(to('Endpoint')), numberOfSeries: count, numberOfInstances: count, location: to('Location'), note: notes, description: word, extension,
};
const sharedSeries = { uid, number: count, description: word, _description: fc.record({ extension }), numberOfInstances: count, endpoint: some(to('Endpoint')), specimen: some(to('Specimen')), started: dateTime, performer: some(performer), instance: some(instance), extension };

/** Of R4, with every element. */
export const MADE_UP_R4: readonly Resource[] = draw(
  fc.record({
    ...shared, modality: some(dcm), interpreter: some(to('Practitioner')), procedureReference: to('Procedure'), procedureCode: some(concept), reasonCode: some(concept), reasonReference: some(to('Condition')),
    series: some(fc.record({ ...sharedSeries, modality: dcm, bodySite: fc.oneof(site, fc.tuple(site, to('BodyStructure')).map(([coding, valueReference]) => ({ extension: [{ url: 'https://fhir-scout.org/ig/imaging/StructureDefinition/scout-body-structure', valueReference }], ...coding }))), laterality: side })),
  }),
  'made-up-r4',
);

/** Of R5, with every element; some of it has no place in R4. */
export const MADE_UP_R5: readonly Resource[] = draw(
  fc.record({
    ...shared, modality: some(dcm.map((coding) => ({ coding: [coding], text: coding.code }))), partOf: some(to('Procedure')), procedure: some(codeable('PlanDefinition')), reason: some(codeable('Condition')),
    series: some(fc.record({
      ...sharedSeries, modality: dcm.map((coding) => ({ coding: [coding] })), bodySite: fc.oneof(fc.record({ concept: site.map((coding) => ({ coding: [coding] })) }), fc.record({ reference: to('BodyStructure') }), fc.record({ concept: fc.record({ text: word }), reference: to('BodyStructure') })),
      laterality: side.map((coding) => ({ coding: [coding] })),
    })),
  }),
  'made-up-r5',
);
