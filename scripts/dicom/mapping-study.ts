/** The rows of the mapping that make the elements of an ImagingStudy itself. */
import { ACQUISITION_MODALITIES } from '../core/dicom-modality';
import { DICOM_UID_SYSTEM } from '../core/dicom-uid';
import type { CodeableConcept, Coding, Identifier, Reference } from '../core/fhir';
import { coding, concept, issuer } from './coded-entry';
import { items, text, texts, type DataSet } from './data-set';
import { idOf, refer, startOf, warn, type Draft, type MappingContext, type StudyRow } from './mapping-context';
import { patient, practitioners } from './mapping-people';
import { isDefinedModality, modalityCoding } from './modality-code';
import { wholeNumber, type StudyModel } from './study-model';
import type { TagName } from './tags';

const ACCESSION_TYPE: CodeableConcept = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN', display: 'Accession ID' }] };

export const STUDY_ROWS: readonly StudyRow[] = [
  {
    level: 'study',
    tags: ['StudyInstanceUID', 'StudyID'],
    element: 'ImagingStudy.identifier',
    note: 'The UID with system urn:dicom:uid and urn:oid: before it; Study ID has no namespace of its own.',
    write: (draft, values, { study }) => {
      const studyId = text(values, 'StudyID');
      const identifier: Identifier[] = [{ system: DICOM_UID_SYSTEM, value: `urn:oid:${study.uid}` }];
      if (studyId !== undefined) identifier.push({ type: { text: 'Study ID' }, value: studyId });
      draft['identifier'] = identifier;
    },
  },
  {
    level: 'study',
    tags: ['InstanceAvailability'],
    element: 'ImagingStudy.status',
    note: 'available; unknown where the archive says of all instances that they are UNAVAILABLE.',
    write: (draft, values) => {
      const stated = texts(values, 'InstanceAvailability');
      draft['status'] = stated.length > 0 && stated.every((one) => one === 'UNAVAILABLE') ? 'unknown' : 'available';
    },
  },
  {
    level: 'study',
    tags: ['ModalitiesInStudy', 'Modality'],
    element: 'ImagingStudy.modality',
    note: 'R4: the acquisition modalities (CID 29) of the series; where there are none, all of them. The archive\'s list counts where no series is known.',
    write: (draft, values, { study }) => {
      const modality = studyModalities(study, values);
      if (modality.length > 0) draft['modality'] = modality;
    },
  },
  {
    level: 'study',
    tags: ['PatientID', 'IssuerOfPatientID', 'IssuerOfPatientIDQualifiersSequence', 'UniversalEntityID', 'UniversalEntityIDType', 'LocalNamespaceEntityID', 'PatientName', 'PatientBirthDate', 'PatientSex'],
    element: 'ImagingStudy.subject -> Patient',
    note: 'Names in up to three groups: alphabetic, ideographic, phonetic. An issuer with a universal id gives the system, a local one the assigner.',
    write: (draft, values, context) => {
      draft['subject'] = patient(values, context);
    },
  },
  {
    level: 'study',
    tags: ['StudyDate', 'StudyTime', 'TimezoneOffsetFromUTC'],
    element: 'ImagingStudy.started',
    note: 'With time only if the offset is known, from the data or from --timezone.',
    write: (draft, values, context) => {
      const started = startOf(values, 'StudyDate', 'StudyTime', 'Study', context);
      if (started !== undefined) draft['started'] = started;
    },
  },
  {
    level: 'study',
    tags: ['AccessionNumber', 'IssuerOfAccessionNumberSequence', 'RequestAttributesSequence', 'RequestedProcedureCodeSequence', 'RequestedProcedureDescription'],
    element: 'ImagingStudy.basedOn',
    note: 'A logical reference to the ServiceRequest, identified by the accession number (type ACSN), named by the requested procedure; with a namespace the number is an identifier of the study as well.',
    write: writeRequests,
  },
  {
    level: 'study',
    tags: ['ReferringPhysicianName', 'ReferringPhysicianIdentificationSequence', 'PersonIdentificationCodeSequence'],
    element: 'ImagingStudy.referrer -> Practitioner',
    note: 'Identified by its code where there is one, else by its name.',
    write: (draft, values, context) => {
      const [referrer] = practitioners(values, 'ReferringPhysicianName', 'ReferringPhysicianIdentificationSequence', context);
      if (referrer !== undefined) draft['referrer'] = referrer;
    },
  },
  {
    level: 'study',
    tags: ['NameOfPhysiciansReadingStudy', 'PhysiciansReadingStudyIdentificationSequence'],
    element: 'ImagingStudy.interpreter -> Practitioner',
    note: 'R5 has no such element; there it is left out.',
    write: (draft, values, context) => {
      if (context.options.forR5 === true) return;
      const interpreters = practitioners(values, 'NameOfPhysiciansReadingStudy', 'PhysiciansReadingStudyIdentificationSequence', context);
      if (interpreters.length > 0) draft['interpreter'] = interpreters;
    },
  },
  {
    level: 'study',
    tags: [],
    element: 'ImagingStudy.endpoint -> Endpoint',
    note: 'DICOM does not say where an archive is: from --endpoint, or the DICOMweb service that was read.',
    write: (draft, _values, context) => {
      const endpoints = context.options.endpoints.map((endpoint) => refer(context, endpoint));
      if (endpoints.length > 0) draft['endpoint'] = endpoints;
    },
  },
  {
    level: 'study',
    tags: ['NumberOfStudyRelatedSeries', 'NumberOfStudyRelatedInstances', 'NumberOfSeriesRelatedInstances'],
    element: 'ImagingStudy.numberOfSeries, .numberOfInstances',
    note: 'As the archive states them in a query answer, else as present; --counts chooses. A difference is reported.',
    write: writeCounts,
  },
  {
    level: 'study',
    tags: ['ProcedureCodeSequence', 'CodeValue', 'LongCodeValue', 'URNCodeValue', 'CodingSchemeDesignator', 'CodingSchemeUID', 'CodeMeaning'],
    element: 'ImagingStudy.procedureCode',
    note: 'Known coding schemes as FHIR writes them, others by their UID.',
    write: (draft, values) => {
      const codes = concepts(items(values, 'ProcedureCodeSequence'));
      if (codes.length > 0) draft['procedureCode'] = codes;
    },
  },
  {
    level: 'study',
    tags: ['InstitutionalDepartmentName', 'InstitutionalDepartmentTypeCodeSequence'],
    element: 'ImagingStudy.location -> Location',
    note: 'Where all series name one department.',
    write: writeLocation,
  },
  {
    level: 'study',
    tags: ['ReasonForRequestedProcedureCodeSequence', 'ReasonForTheRequestedProcedure', 'RequestAttributesSequence'],
    element: 'ImagingStudy.reasonCode',
    note: 'Codes, or the text where there are none. The R6 draft gives the code sequence the number (0040,1002), which is the text\'s.',
    write: (draft, values) => {
      const sources = [values, ...items(values, 'RequestAttributesSequence')];
      const codes = concepts(sources.flatMap((source) => items(source, 'ReasonForRequestedProcedureCodeSequence')));
      const words = [...new Set(sources.flatMap((source) => texts(source, 'ReasonForTheRequestedProcedure')))].map((reason): CodeableConcept => ({ text: reason }));
      if (codes.length + words.length > 0) draft['reasonCode'] = codes.length > 0 ? codes : words;
    },
  },
  {
    level: 'study',
    tags: ['StudyDescription'],
    element: 'ImagingStudy.description',
    note: 'As it is.',
    write: (draft, values) => {
      const description = text(values, 'StudyDescription');
      if (description !== undefined) draft['description'] = description;
    },
  },
];

function studyModalities(study: StudyModel, values: DataSet): Coding[] {
  const ofSeries = [...study.series.values()].flatMap((series) => text(series.values, 'Modality') ?? []);
  const words = [...new Set(ofSeries.length > 0 ? ofSeries : texts(values, 'ModalitiesInStudy'))];
  const acquired = words.filter((word) => ACQUISITION_MODALITIES.has(word) || !isDefinedModality(word));
  // A study of reports alone has none; the guide's profile, like IHE's, wants one all the same.
  return (acquired.length > 0 ? acquired : words).sort().map(modalityCoding);
}

function writeRequests(draft: Draft, values: DataSet, context: MappingContext): void {
  const requests = [values, ...items(values, 'RequestAttributesSequence')];
  const found = new Map<string, { identifier?: Identifier; display?: string }>();
  for (const request of requests) {
    const number = text(request, 'AccessionNumber') ?? (found.size === 0 || request === values ? undefined : [...found.keys()][0]);
    const [code] = items(request, 'RequestedProcedureCodeSequence');
    const display = (code === undefined ? undefined : coding(code)?.display) ?? text(request, 'RequestedProcedureDescription');
    if (number === undefined && display === undefined) continue;
    const known = found.get(number ?? '') ?? {};
    found.set(number ?? '', {
      ...known,
      ...(number !== undefined && known.identifier === undefined && { identifier: accession(number, request, values, context) }),
      ...(known.display === undefined && display !== undefined && { display }),
    });
  }
  const basedOn = [...found.values()].map(({ identifier, display }): Reference => ({ type: 'ServiceRequest', ...(identifier && { identifier }), ...(display !== undefined && { display }) }));
  if (basedOn.length > 0) draft['basedOn'] = basedOn;
  // Without a namespace two hospitals' numbers cannot be told apart, so the study is not identified by it.
  const own = basedOn.flatMap(({ identifier }) => (identifier?.system === undefined ? [] : [identifier]));
  (draft['identifier'] as Identifier[]).push(...own);
}

function accession(number: string, request: DataSet, values: DataSet, { options }: MappingContext): Identifier {
  const [item] = [...items(request, 'IssuerOfAccessionNumberSequence'), ...items(values, 'IssuerOfAccessionNumberSequence')];
  const { system = options.accessionSystem, name } = issuer(item);
  return { type: ACCESSION_TYPE, ...(system !== undefined && { system }), value: number, ...(name !== undefined && { assigner: { display: name } }) };
}

function writeLocation(draft: Draft, values: DataSet, context: MappingContext): void {
  const names = texts(values, 'InstitutionalDepartmentName');
  const types = concepts(items(values, 'InstitutionalDepartmentTypeCodeSequence'));
  const [name] = names;
  if (names.length > 1 || (name === undefined && types.length === 0)) return;
  const id = idOf('location', name, JSON.stringify(types));
  const called = name ?? types[0]?.text;
  draft['location'] = refer(context, { resourceType: 'Location', id, ...(called !== undefined && { name: called }), ...(types.length > 0 && { type: types }) }, called);
}

function writeCounts(draft: Draft, values: DataSet, context: MappingContext): void {
  const { study, options } = context;
  const present = { series: study.series.size, instances: [...study.series.values()].reduce((sum, { instances }) => sum + instances.length, 0) };
  const stated = { series: numberIn(values, 'NumberOfStudyRelatedSeries'), instances: numberIn(values, 'NumberOfStudyRelatedInstances') };
  for (const what of ['series', 'instances'] as const) {
    const claimed = stated[what];
    if (claimed === undefined || claimed === present[what]) continue;
    const fewer = claimed > present[what];
    warn(context, fewer ? 'fewer-than-archive' : 'more-than-archive', `The archive states ${claimed} ${what}, and ${present[what]} are present.`, fewer ? 'information' : 'warning');
  }
  const counted = (what: 'series' | 'instances', sum: number) => (options.counts === 'archive' ? Math.max(stated[what] ?? 0, sum) : sum);
  const numberOfSeries = counted('series', present.series);
  const numberOfInstances = counted('instances', [...study.series.values()].reduce((sum, series) => sum + seriesCount(series, options.counts), 0));
  if (numberOfSeries > 0) draft['numberOfSeries'] = numberOfSeries;
  if (numberOfInstances > 0) draft['numberOfInstances'] = numberOfInstances;
}

/** Instances of a series: as the archive states them, if that is asked for and not less than what is present. */
export function seriesCount(series: { readonly values: DataSet; readonly instances: readonly unknown[] }, counts: 'archive' | 'present'): number {
  const stated = numberIn(series.values, 'NumberOfSeriesRelatedInstances');
  return counts === 'archive' ? Math.max(stated ?? 0, series.instances.length) : series.instances.length;
}

function numberIn(values: DataSet, name: TagName): number | undefined {
  return wholeNumber(text(values, name));
}

function concepts(sequence: readonly DataSet[]): CodeableConcept[] {
  const distinct = new Map(sequence.flatMap((item) => concept(item) ?? []).map((one) => [JSON.stringify(one), one]));
  return [...distinct.values()];
}
