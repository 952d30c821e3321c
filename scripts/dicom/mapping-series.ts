/** The rows of the mapping that make a series of an ImagingStudy, and its instances. */
import type { CodeableConcept, Coding, Identifier, Reference } from '../core/fhir';
import { bodyPart } from './body-part';
import { coding, issuer } from './coded-entry';
import { items, text, texts, type DataSet } from './data-set';
import { idOf, refer, startOf, warn, type Draft, type MappingContext, type MappingRow, type SeriesRow } from './mapping-context';
import { practitioners } from './mapping-people';
import { seriesCount } from './mapping-study';
import { isDefinedModality, modalityCoding } from './modality-code';
import { sopClassName } from './sop-class-name';
import { wholeNumber, type InstanceModel } from './study-model';
import { tagLabel } from './tags';

/** Code system of the functions of performers: http://hl7.org/fhir/R4/valueset-series-performer-function.html */
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';
const FUNCTIONS: Readonly<Record<'PRF' | 'SPRF' | 'DEV' | 'LOC', CodeableConcept>> = {
  PRF: { coding: [{ system: PARTICIPATION, code: 'PRF', display: 'performer' }] },
  SPRF: { coding: [{ system: PARTICIPATION, code: 'SPRF', display: 'secondary performer' }] },
  DEV: { coding: [{ system: PARTICIPATION, code: 'DEV', display: 'device' }] },
  LOC: { coding: [{ system: PARTICIPATION, code: 'LOC', display: 'location' }] },
};

/** http://hl7.org/fhir/R4/valueset-bodysite-laterality.html */
const SIDES: Readonly<Record<string, Coding>> = {
  L: { system: 'http://snomed.info/sct', code: '419161000', display: 'Unilateral left' },
  R: { system: 'http://snomed.info/sct', code: '419465000', display: 'Unilateral right' },
  B: { system: 'http://snomed.info/sct', code: '51440002', display: 'Bilateral' },
};

/** For a mandatory element of which nothing is known: http://hl7.org/fhir/R4/extension-data-absent-reason.html */
const UNKNOWN = { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] };

export const SERIES_ROWS: readonly SeriesRow[] = [
  {
    level: 'series',
    tags: ['SeriesInstanceUID'],
    element: 'ImagingStudy.series.uid',
    note: 'The bare UID.',
    write: (draft, { uid }) => {
      draft['uid'] = uid;
    },
  },
  {
    level: 'series',
    tags: ['SeriesNumber'],
    element: 'ImagingStudy.series.number',
    note: 'Negative numbers, which DICOM allows and FHIR does not, are left out.',
    write: (draft, { values }) => {
      const number = wholeNumber(text(values, 'SeriesNumber'));
      if (number !== undefined) draft['number'] = number;
    },
  },
  {
    level: 'series',
    tags: ['Modality'],
    element: 'ImagingStudy.series.modality',
    note: 'A defined term of CID 33 in DICOM\'s code system, any other word without a system; where it is missing, the data-absent-reason unknown.',
    write: (draft, { uid, values }, context) => {
      const modality = text(values, 'Modality');
      draft['modality'] = modality === undefined ? UNKNOWN : modalityCoding(modality);
      if (modality === undefined) warn(context, 'no-modality', `Series ${uid} has no ${tagLabel('Modality')}.`);
      else if (!isDefinedModality(modality)) warn(context, 'unknown-modality', `Series ${uid}: ${tagLabel('Modality')} "${modality}" is no defined term.`);
    },
  },
  {
    level: 'series',
    tags: ['SeriesDescription'],
    element: 'ImagingStudy.series.description',
    note: 'As it is.',
    write: (draft, { values }) => {
      const description = text(values, 'SeriesDescription');
      if (description !== undefined) draft['description'] = description;
    },
  },
  {
    level: 'series',
    tags: ['NumberOfSeriesRelatedInstances'],
    element: 'ImagingStudy.series.numberOfInstances',
    note: 'As for the study. Left out where the archive states more instances for the study than for its series.',
    write: (draft, series, { options, study }) => {
      const count = seriesCount(series, options.counts);
      const stated = wholeNumber(text(study.values, 'NumberOfStudyRelatedInstances')) ?? 0;
      const sum = [...study.series.values()].reduce((total, one) => total + seriesCount(one, options.counts), 0);
      if (count > 0 && (options.counts === 'present' || stated <= sum)) draft['numberOfInstances'] = count;
    },
  },
  {
    level: 'series',
    tags: ['BodyPartExamined', 'AnatomicRegionSequence'],
    element: 'ImagingStudy.series.bodySite',
    note: 'The coded region where all instances have the same; else the word, with the SNOMED CT code of PS3.16 annex L where it has one.',
    write: (draft, { values }) => {
      const regions = items(values, 'AnatomicRegionSequence');
      const word = text(values, 'BodyPartExamined');
      const [region] = regions;
      const site = (regions.length === 1 && region !== undefined ? coding(region) : undefined) ?? (word === undefined ? undefined : bodyPart(word));
      if (site !== undefined) draft['bodySite'] = site;
    },
  },
  {
    level: 'series',
    tags: ['Laterality', 'ImageLaterality'],
    element: 'ImagingStudy.series.laterality',
    note: 'Of the series; else of its images, left and right together being both. Unpaired parts have none.',
    write: (draft, { values }) => {
      const ofImages = texts(values, 'ImageLaterality');
      const side = text(values, 'Laterality') ?? (ofImages.includes('L') && ofImages.includes('R') ? 'B' : ofImages.length === 1 ? ofImages[0] : undefined);
      const laterality = side === undefined ? undefined : SIDES[side];
      if (laterality !== undefined) draft['laterality'] = laterality;
    },
  },
  {
    level: 'series',
    tags: ['SpecimenDescriptionSequence', 'SpecimenIdentifier', 'SpecimenUID', 'IssuerOfTheSpecimenIdentifierSequence'],
    element: 'ImagingStudy.series.specimen -> Specimen',
    note: 'Each specimen of the series, by its UID and its number.',
    write: (draft, { values }, context) => {
      const specimens = items(values, 'SpecimenDescriptionSequence').flatMap((item) => specimen(item, context) ?? []);
      const distinct = new Map(specimens.map((one) => [one.reference, one]));
      if (distinct.size > 0) draft['specimen'] = [...distinct.values()];
    },
  },
  {
    level: 'series',
    tags: ['SeriesDate', 'SeriesTime', 'TimezoneOffsetFromUTC'],
    element: 'ImagingStudy.series.started',
    note: 'As for the study.',
    write: (draft, { uid, values }, context) => {
      const started = startOf(values, 'SeriesDate', 'SeriesTime', `Series ${uid}`, context);
      if (started !== undefined) draft['started'] = started;
    },
  },
  {
    level: 'series',
    tags: ['PerformingPhysicianName', 'PerformingPhysicianIdentificationSequence'],
    element: 'ImagingStudy.series.performer (PRF) -> Practitioner',
    note: 'Several values are several performers.',
    write: (draft, { values }, context) => addPerformers(draft, FUNCTIONS.PRF, practitioners(values, 'PerformingPhysicianName', 'PerformingPhysicianIdentificationSequence', context)),
  },
  {
    level: 'series',
    tags: ['OperatorsName', 'OperatorIdentificationSequence'],
    element: 'ImagingStudy.series.performer (SPRF) -> Practitioner',
    note: 'Likewise.',
    write: (draft, { values }, context) => addPerformers(draft, FUNCTIONS.SPRF, practitioners(values, 'OperatorsName', 'OperatorIdentificationSequence', context)),
  },
  {
    level: 'series',
    tags: ['Manufacturer', 'ManufacturerModelName', 'StationName', 'DeviceSerialNumber', 'SoftwareVersions'],
    element: 'ImagingStudy.series.performer (DEV) -> Device',
    note: 'Identified by all of these but the software. The model is a name in R4, a model number in R5.',
    write: (draft, { values }, context) => addPerformers(draft, FUNCTIONS.DEV, device(values, context)),
  },
  {
    level: 'series',
    tags: ['InstitutionName'],
    element: 'ImagingStudy.series.performer (LOC) -> Organization',
    note: 'Identified by its name.',
    write: (draft, { values }, context) => {
      const name = text(values, 'InstitutionName');
      if (name !== undefined) addPerformers(draft, FUNCTIONS.LOC, [refer(context, { resourceType: 'Organization', id: idOf('organization', name), name }, name)]);
    },
  },
];

/** Instances are many: one function writes all of their elements. */
export const INSTANCE_ROWS: readonly MappingRow[] = [
  { level: 'instance', tags: ['SOPInstanceUID', 'MediaStorageSOPInstanceUID'], element: 'ImagingStudy.series.instance.uid', note: 'The bare UID; that of the file\'s meta information where the data set has none.' },
  { level: 'instance', tags: ['SOPClassUID', 'MediaStorageSOPClassUID'], element: 'ImagingStudy.series.instance.sopClass', note: 'A URI of the form urn:oid:; private classes have no display.' },
  { level: 'instance', tags: ['InstanceNumber'], element: 'ImagingStudy.series.instance.number', note: 'Negative numbers are left out.' },
  { level: 'instance', tags: ['DocumentTitle', 'ConceptNameCodeSequence', 'ContentLabel'], element: 'ImagingStudy.series.instance.title', note: 'The first that is there: of an encapsulated document, of a report or key object selection, of a presentation state or segmentation.' },
  {
    level: 'instance',
    tags: ['CurrentRequestedProcedureEvidenceSequence', 'ReferencedSeriesSequence', 'ReferencedSOPSequence', 'ReferencedSOPClassUID', 'ReferencedSOPInstanceUID', 'ContentSequence', 'ValueType', 'TextValue'],
    element: 'ImagingStudy',
    note: 'A key object selection becomes an ImagingStudy of its own, which lists the chosen instances.',
  },
];

export function instanceElement({ uid, sopClass, number, title }: InstanceModel): Draft {
  return { uid, sopClass: sopClassCoding(sopClass), ...(number !== undefined && { number }), ...(title !== undefined && { title }) };
}

const codings = new Map<string, Coding>();

export function sopClassCoding(uid: string): Coding {
  const known = codings.get(uid);
  if (known !== undefined) return known;
  const display = sopClassName(uid);
  const made = { system: 'urn:ietf:rfc:3986', code: `urn:oid:${uid}`, ...(display !== undefined && { display }) };
  codings.set(uid, made);
  return made;
}

function addPerformers(draft: Draft, role: CodeableConcept, actors: readonly Reference[]): void {
  if (actors.length === 0) return;
  draft['performer'] = [...((draft['performer'] as unknown[] | undefined) ?? []), ...actors.map((actor) => ({ function: role, actor }))];
}

function device(values: DataSet, context: MappingContext): Reference[] {
  const manufacturer = text(values, 'Manufacturer');
  const model = text(values, 'ManufacturerModelName');
  const station = text(values, 'StationName');
  const serialNumber = text(values, 'DeviceSerialNumber');
  const versions = texts(values, 'SoftwareVersions');
  if (manufacturer === undefined && model === undefined && station === undefined && serialNumber === undefined) return [];
  // R5 has no name of type model-name.
  const asNumber = context.options.forR5 === true;
  const deviceName = [...(model === undefined || asNumber ? [] : [{ name: model, type: 'model-name' }]), ...(station === undefined ? [] : [{ name: station, type: 'user-friendly-name' }])];
  const display = [manufacturer, model].filter((part) => part !== undefined).join(' ');
  return [
    refer(
      context,
      {
        resourceType: 'Device',
        id: idOf('device', manufacturer, model, station, serialNumber),
        ...(manufacturer !== undefined && { manufacturer }),
        ...(serialNumber !== undefined && { serialNumber }),
        ...(asNumber && model !== undefined && { modelNumber: model }),
        ...(deviceName.length > 0 && { deviceName }),
        ...(versions.length > 0 && { version: versions.map((value) => ({ value })) }),
      },
      display === '' ? undefined : display,
    ),
  ];
}

function specimen(item: DataSet, context: MappingContext): Reference | undefined {
  const uid = text(item, 'SpecimenUID');
  const number = text(item, 'SpecimenIdentifier');
  if (uid === undefined && number === undefined) return undefined;
  const { system, name } = issuer(items(item, 'IssuerOfTheSpecimenIdentifierSequence')[0]);
  const identifier: Identifier[] = [];
  if (uid !== undefined) identifier.push({ system: 'urn:dicom:uid', value: `urn:oid:${uid}` });
  if (number !== undefined) identifier.push({ ...(system !== undefined && { system }), value: number, ...(name !== undefined && { assigner: { display: name } }) });
  return refer(context, { resourceType: 'Specimen', id: idOf('specimen', uid ?? context.study.uid, uid === undefined ? number : undefined), identifier }, number);
}
