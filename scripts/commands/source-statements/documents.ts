/** The documents that the project stands on, and each statement they make, in our words, with what covers it. */
import { elementsOf, type ModelVersion } from '../../core/element-model';
import { fhirVersion } from '../../core/fhir-version';
import { loadSearchDefinitions } from '../../search/definitions';

/** What a statement is about. */
export const STATEMENT_KINDS = ['element', 'parameter', 'interaction', 'rule', 'URL form'] as const;
export type StatementKind = (typeof STATEMENT_KINDS)[number];

/**
 * What covers a statement:
 * `profile:FILE#ELEMENT` a line of a profile, `logical:FILE#ELEMENT` of a logical model, `model:VERSION#PATH` a row of a version's element table,
 * `test:GLOB@VERSION` tests of the catalogue, `rule:ID@VERSION` an invariant, `convert:PATH` a row of the ballot's conversion, `url:NAME` a row of URL_FORMS.
 */
export type Cover = `${'profile' | 'logical' | 'model' | 'test' | 'rule' | 'convert' | 'url'}:${string}`;

export interface Statement {
  readonly kind: StatementKind;
  /** What it says, in a few words of ours. */
  readonly says: string;
  readonly covered: readonly Cover[];
}

export interface SourceDocument {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly statements: readonly Statement[];
}

const PROFILE = 'input/fsh/profiles/scout-imaging-study.fsh';
const R5_PROFILE = 'ig-r5/input/fsh/profiles/scout-imaging-study.fsh';
const cardinality = (version: ModelVersion, path: string) => {
  const element = elementsOf(version, 'ImagingStudy')[path];
  if (element === undefined) return '';
  const targets = element.targets === undefined ? '' : `(${element.targets.join(', ')})`;
  return ` ${element.min}..${element.max} ${element.types.join(' or ')}${targets}`;
};
const elements = (version: ModelVersion, cover: (path: string) => Cover[]): Statement[] =>
  Object.keys(elementsOf(version, 'ImagingStudy')).map((path) => ({ kind: 'element', says: `${path}${cardinality(version, path)}`, covered: cover(path) }));
const statement = (kind: StatementKind, says: string, ...covered: Cover[]): Statement => ({ kind, says, covered });
const parameters = (version: string, names: readonly string[]): Statement[] => {
  const definitions = loadSearchDefinitions(fhirVersion(version));
  return names.map((name) => statement('parameter', `${name} (${definitions.find('ImagingStudy', name)?.type ?? ''})`, `test:search.imagingstudy.${name.toLowerCase()}.*@${version}`));
};

/** R4's own name of each of the 17 parameters, and R5's. */
const R4_PARAMETERS = ['basedon', 'bodysite', 'dicom-class', 'encounter', 'endpoint', 'identifier', 'instance', 'interpreter', 'modality', 'patient', 'performer', 'reason', 'referrer', 'series', 'started', 'status', 'subject'];
const R5_PARAMETERS = ['based-on', 'body-site', 'body-structure', 'dicom-class', 'encounter', 'endpoint', 'identifier', 'instance', 'modality', 'patient', 'performer', 'reason', 'referrer', 'series', 'started', 'status', 'subject'];
const R5_TOP = ['identifier', 'status', 'modality', 'subject', 'encounter', 'started', 'basedOn', 'partOf', 'referrer', 'endpoint', 'numberOfSeries', 'numberOfInstances', 'procedure', 'location', 'reason', 'note', 'description', 'series'];

export const DOCUMENTS: readonly SourceDocument[] = [
  {
    id: 'r4',
    title: 'ImagingStudy in FHIR R4',
    url: 'https://hl7.org/fhir/R4/imagingstudy.html',
    statements: [
      ...elements('4.0', (path) => [`model:4.0#${path}`]),
      ...parameters('R4', R4_PARAMETERS),
      statement('rule', 'status is one of five codes', 'test:data.imagingstudy.required-codes@R4'),
      statement('rule', 'a study is one DICOM study or a part of one; several resources may be of the same', 'rule:scout-study-uid@4.0', 'rule:ist-2@4.0', 'test:search.imagingstudy.identifier.study-uid@R4'),
      statement('rule', 'it belongs to the compartment of its patient', 'test:search.compartment.*@R4', 'test:search.imagingstudy.patient.*@R4', 'test:security.patient.*@R4'),
      statement('rule', 'other resources refer to it: DiagnosticReport, Observation, ClinicalImpression, ChargeItem', 'test:data.diagnosticreport.valid@R4', 'test:data.observation.valid@R4'),
      statement('rule', 'modality and series.modality are bound to acquisition modalities, sopClass to SOP classes (extensible)', `profile:${PROFILE}#modality from ScoutAcquisitionModality (extensible)`, `profile:${PROFILE}#series.modality from ScoutModality (extensible)`, `profile:${PROFILE}#series.instance.sopClass from ScoutStorageSopClass (extensible)`, 'rule:scout-series-modality@4.0'),
      statement('rule', 'procedureCode and series.performer.function have extensible bindings, reasonCode, series.bodySite and series.laterality examples', 'test:data.imagingstudy.valid@R4'),
      statement('rule', 'what is mandatory is there', 'test:data.imagingstudy.mandatory-elements@R4'),
      statement('rule', 'references point at the types that the elements allow', 'test:reference.imagingstudy.target-types@R4'),
      statement('rule', 'stated numbers may exceed what is listed, never the other way', 'rule:ist-3@4.0', 'rule:ist-4@4.0', 'rule:ist-6@4.0'),
      statement('rule', 'the modalities of a study are the acquisition modalities of its series', 'rule:ist-7@4.0'),
      statement('URL form', 'the Study Instance UID is an identifier with system urn:dicom:uid and a value after urn:oid:', 'rule:scout-study-uid@4.0', 'test:search.imagingstudy.identifier.study-uid@R4'),
      statement('URL form', 'series and instance UIDs are bare', 'rule:scout-series-uid@4.0', 'rule:scout-instance-uid@4.0'),
      statement('URL form', 'the accession number is an identifier of type ACSN with a system of its own', 'rule:scout-accession@4.0', 'test:search.imagingstudy.identifier.accession@R4'),
      statement('URL form', 'a WADO-RS address is scheme, authority and path, without sub-service and trailing slash', 'rule:scout-wado-rs-address@4.0'),
      statement('URL form', 'an instance is below the WADO-RS address at studies/, series/, instances/', 'url:wado-rs-instance'),
      statement('URL form', 'a rendered part of it at rendered?viewport=', 'url:wado-rs-rendered'),
      statement('URL form', 'a WADO-URI address has no query', 'rule:scout-wado-uri-address@4.0'),
      statement('URL form', 'an instance is requestType=WADO with the UIDs of study, series and object', 'url:wado-uri-instance'),
      statement('URL form', 'a rendered part of it has rows, columns and region', 'url:wado-uri-rendered'),
      statement('URL form', 'an IID address has no query', 'rule:scout-iid-address@4.0'),
      statement('URL form', 'a viewer is requestType=STUDY with the bare UID of the study', 'url:iid-study'),
      statement('rule', 'an endpoint of the study holds for its series, one of a series for that series, in place of one of the same type', 'url:series-endpoint', 'test:search.imagingstudy.endpoint.series-only@R4', 'test:search.imagingstudy.endpoint.study-only@R4'),
    ],
  },
  {
    id: 'imr',
    title: 'IHE Interactive Multimedia Report: ImagingStudy profile 1.1.0',
    url: 'https://profiles.ihe.net/RAD/IMR/StructureDefinition-imr-imagingstudy.html',
    statements: [
      statement('element', 'identifier 1..*, sliced by system, open, unordered', `profile:${PROFILE}#identifier 1..*`, `profile:${PROFILE}#identifier ^slicing.rules = #open`, `profile:${PROFILE}#identifier ^slicing.ordered = false`),
      statement('element', 'identifier:studyUID 1..1, must support', `profile:${PROFILE}#identifier contains studyUID 1..1 MS`),
      statement('element', 'identifier:studyUID.system 1..1, urn:dicom:uid', `profile:${PROFILE}#identifier[studyUID].system 1..1`, `profile:${PROFILE}#identifier[studyUID].system = "urn:dicom:uid"`),
      statement('element', 'identifier:studyUID.value 1..1, must support', `profile:${PROFILE}#identifier[studyUID].value 1..1 MS`, 'test:data.imagingstudy.must-support@R4'),
      statement('element', 'modality 1..*, acquisition modalities, extensible', `profile:${PROFILE}#modality 1..*`, `profile:${PROFILE}#modality from ScoutAcquisitionModality (extensible)`),
      statement('element', 'subject 1..1, a Patient', `profile:${PROFILE}#subject only Reference(Patient)`, 'test:data.imagingstudy.profile-elements@R4'),
      statement('element', 'started 1..1, must support', `profile:${PROFILE}#started 1..1 MS`),
      statement('element', 'endpoint 1..*, an imaging study endpoint', `profile:${PROFILE}#endpoint 1..*`, `profile:${PROFILE}#endpoint only Reference(ScoutImagingEndpoint)`),
      statement('element', 'series.modality, extensible', `profile:${PROFILE}#series.modality from ScoutModality (extensible)`),
      statement('element', 'series.instance.sopClass, extensible', `profile:${PROFILE}#series.instance.sopClass from ScoutStorageSopClass (extensible)`),
      statement('rule', 'seven mandatory elements in all', 'test:data.imagingstudy.profile-elements@R4'),
      statement('rule', 'three must-support elements: the slice, its value, started', 'test:data.imagingstudy.must-support@R4'),
      statement('rule', 'status and its required binding', 'test:data.imagingstudy.required-codes@R4'),
      statement('rule', 'all other elements and bindings are those of R4', 'test:data.imagingstudy.valid@R4', 'test:data.imagingstudy.mandatory-elements@R4'),
    ],
  },
  {
    id: 'r5-rest',
    title: "A server's R5 REST page for ImagingStudy",
    url: 'https://hl7.org/fhir/R5/imagingstudy.html',
    statements: [
      statement('interaction', 'read: GET /ImagingStudy/[id]', 'test:read.imagingstudy.read@R5'),
      statement('interaction', 'vread: GET /ImagingStudy/[id]/_history/[vid]', 'test:read.imagingstudy.vread@R5', 'test:write.patient.vread-old@R5'),
      statement('interaction', 'update: PUT /ImagingStudy/[id]', 'test:write.patient.update*@R5', 'test:write.imagingstudy.update-searchable@R5'),
      statement('interaction', 'patch: PATCH /ImagingStudy/[id]', 'test:write.patient.patch-*@R5'),
      statement('interaction', 'delete: DELETE /ImagingStudy/[id]', 'test:write.patient.delete*@R5', 'test:write.imagingstudy.delete-searchable@R5'),
      statement('interaction', 'create: POST /ImagingStudy', 'test:write.patient.create*@R5'),
      statement('interaction', 'search: GET /ImagingStudy?...', 'test:search.imagingstudy.*@R5'),
      statement('interaction', 'history of an instance: GET /ImagingStudy/[id]/_history', 'test:read.imagingstudy.history@R5', 'test:write.patient.history@R5'),
      statement('interaction', 'history of the type: GET /ImagingStudy/_history', 'test:read.imagingstudy.history-type@R5', 'test:write.patient.history-type@R5'),
      statement('URL form', 'the base path has a version segment (/fhir/R5)', 'url:base-path-version', 'test:capability.fhir-version@R5'),
      ...R5_TOP.map((path) => statement('element', `${path}${cardinality('5.0', path)}`, `model:5.0#${path}`)),
      ...parameters('R5', R5_PARAMETERS),
    ],
  },
  {
    id: 'r6-draft',
    title: 'ImagingStudy in the R6 draft',
    url: 'https://build.fhir.org/imagingstudy-definitions.html',
    statements: [
      ...elements('6.0', (path) => [`logical:ig-r5/input/fsh/logicalmodels/draft-imaging-study.fsh#${path} `, 'rule:r6-elements@6.0']),
      ...['ist-1', 'ist-2', 'ist-3', 'ist-4', 'ist-5', 'ist-6', 'ist-7'].map((id) => statement('rule', id, `rule:${id}@6.0`, `test:data.imagingstudy.draft-${id}@6.0-draft`)),
      statement('rule', 'status has the code inactive too', 'rule:r6-status@6.0', 'test:data.imagingstudy.draft-r6-status@6.0-draft'),
      statement('rule', 'a series with instances should state their number', 'rule:r6-series-count@6.0', 'test:data.imagingstudy.draft-r6-series-count@6.0-draft'),
      statement('rule', 'with series there is exactly one Study Instance UID', 'rule:ist-1@6.0', 'rule:ist-2@6.0'),
      statement('rule', 'modality and series.modality are bound to all modalities, acquiring or not (extensible)', `profile:${R5_PROFILE}#modality from ScoutModality (extensible)`, `profile:${R5_PROFILE}#series.modality from ScoutModality (extensible)`),
      statement('rule', 'an accession number is an identifier of type ACSN', 'rule:scout-accession@5.0', 'test:search.imagingstudy.identifier.accession@6.0-draft'),
      statement('rule', 'an endpoint of a series stands in place of one of the study of the same type', 'url:series-endpoint'),
      statement('rule', 'sopClass is an oid', 'rule:r6-sop-class@6.0', 'test:data.imagingstudy.draft-r6-sop-class@6.0-draft'),
    ],
  },
  {
    id: 'dstu2-ballot',
    title: 'ImagingStudy in the DSTU2 ballot (0.5.0)',
    url: 'https://hl7.org/fhir/2015May/imagingstudy-definitions.html',
    statements: [
      ...elements('0.5', (path) => [`logical:input/fsh/logicalmodels/ballot-imaging-study.fsh#${path} `, `convert:${path}`]),
      statement('URL form', 'url is the WADO-RS address of a study: it becomes an Endpoint with the base before /studies/', 'convert:url', 'url:ballot-study-url'),
      statement('URL form', 'series.url is the WADO-RS address of a series', 'convert:series.url', 'url:ballot-series-url'),
      statement('URL form', 'UIDs are oids, written urn:oid:', 'convert:uid', 'convert:series.uid', 'convert:series.instance.uid', 'convert:series.instance.sopclass'),
      statement('rule', "modalityList and series.modality are codes of DICOM's modalities (required)", 'convert:modalityList', 'convert:series.modality', 'test:search.imagingstudy.modality.*@0.5'),
      statement('rule', "availability is a code of DICOM's instance availabilities (required)", 'convert:availability', 'convert:series.availability'),
      statement('rule', 'series.bodySite is a code for an anatomical location (example), which may include the laterality', 'convert:series.bodySite', 'convert:series.laterality'),
      statement('rule', 'an instance may have several renderings of the same content', 'convert:series.instance.content'),
    ],
  },
];
