/** Rules on identifiers, counts and modalities of an ImagingStudy: ist-1 to ist-7 of the R6 draft carried back to R4, and our own. */
import { ACQUISITION_MODALITIES, DCM } from '../core/dicom-modality';
import { DICOM_UID_SYSTEM } from '../core/dicom-uid';
import { codingsOf, type Coding } from '../core/fhir';
import { listed, sum, type ImagingStudy } from './imaging-study';
import type { Rule, Violation } from './rule';

const R6_DRAFT = 'https://build.fhir.org/imagingstudy-definitions.html';
const V2_IDENTIFIER_TYPE = 'http://terminology.hl7.org/CodeSystem/v2-0203';
const NOTES = 'https://hl7.org/fhir/R4/imagingstudy.html#notes';

type StudyRule = Pick<Rule, 'id' | 'origin' | 'description' | 'url'> & { of: (study: ImagingStudy) => Violation[] };

const rows: readonly StudyRule[] = [
  {
    id: 'ist-1',
    origin: 'r6-draft',
    description: 'Series are only listed where an identifier with system urn:dicom:uid is present.',
    url: R6_DRAFT,
    of: (study) =>
      listed(study.series).length > 0 && studyUids(study).length === 0
        ? [{ path: 'ImagingStudy.series', message: 'There are series, but no identifier with system urn:dicom:uid.' }]
        : [],
  },
  {
    id: 'ist-2',
    origin: 'r6-draft',
    description: 'At most one identifier has the system urn:dicom:uid.',
    url: R6_DRAFT,
    of: (study) =>
      studyUids(study).length > 1
        ? [{ path: 'ImagingStudy.identifier', message: `${studyUids(study).length} identifiers have the system urn:dicom:uid.` }]
        : [],
  },
  {
    id: 'ist-3',
    origin: 'r6-draft',
    description: 'Where numberOfSeries and series are both present, the number is that of the listed series.',
    url: R6_DRAFT,
    of: (study) => {
      const series = listed(study.series);
      return series.length === 0 ? [] : countsAgree('ImagingStudy.numberOfSeries', study.numberOfSeries, series.length, series.length === 1 ? 'series is listed' : 'series are listed');
    },
  },
  {
    id: 'ist-4',
    origin: 'r6-draft',
    description: 'Where numberOfInstances and series.instance are both present, the number is that of all listed instances.',
    url: R6_DRAFT,
    of: (study) => {
      const instances = sum(listed(study.series).map((series) => listed(series.instance).length));
      return instances === 0 ? [] : countsAgree('ImagingStudy.numberOfInstances', study.numberOfInstances, instances, listedInstances(instances));
    },
  },
  {
    id: 'ist-5',
    origin: 'r6-draft',
    description: 'Where numberOfInstances and series.numberOfInstances are both present, the former is the sum of the latter.',
    url: R6_DRAFT,
    of: (study) => {
      const counts = listed(study.series).flatMap((series) => (typeof series.numberOfInstances === 'number' ? [series.numberOfInstances] : []));
      return counts.length === 0 ? [] : countsAgree('ImagingStudy.numberOfInstances', study.numberOfInstances, sum(counts), 'is the sum over the series');
    },
  },
  {
    id: 'ist-6',
    origin: 'r6-draft',
    description: 'Where a series has both numberOfInstances and instance, the number is that of its listed instances.',
    url: R6_DRAFT,
    of: (study) =>
      listed(study.series).flatMap((series, i) => {
        const instances = listed(series.instance).length;
        return instances === 0
          ? []
          : countsAgree(`ImagingStudy.series[${i}].numberOfInstances`, series.numberOfInstances, instances, listedInstances(instances));
      }),
  },
  {
    id: 'ist-7',
    origin: 'r6-draft',
    description:
      'Where modality and series are present, each study modality is that of a series and each acquisition modality of a series is a study modality; in R4 non-acquisition modalities (SR, KO, PR, SEG ...) may be absent at study level.',
    url: R6_DRAFT,
    of: (study) => {
      const ofStudy = new Set(codingsOf(study.modality).map(codingKey));
      const ofSeries = listed(study.series).flatMap((series) => codingsOf(series.modality));
      if (ofStudy.size === 0 || listed(study.series).length === 0) return [];
      const seriesKeys = new Set(ofSeries.map(codingKey));
      const unheard = listed(study.modality).flatMap((modality, i) =>
        codingsOf(modality).flatMap((coding) => (seriesKeys.has(codingKey(coding)) ? [] : [{ path: `ImagingStudy.modality[${i}]`, message: `Study modality ${codingKey(coding)} is that of none of the series.` }])),
      );
      const absent = [...seriesKeys].filter((key) => !ofStudy.has(key) && isAcquisition(key));
      return [
        ...unheard,
        ...absent.map((key) => ({ path: 'ImagingStudy.modality', message: `A series has acquisition modality ${key}, which the study does not list.` })),
      ];
    },
  },
  {
    id: 'scout-accession',
    origin: 'scout',
    description: 'An identifier of type ACSN has a system of its own and a value, and is not the Study Instance UID.',
    url: NOTES,
    of: (study) =>
      listed(study.identifier).flatMap((identifier, i) => {
        if (!listed(identifier.type?.coding).some((coding) => coding.code === 'ACSN' && coding.system === V2_IDENTIFIER_TYPE)) return [];
        const path = `ImagingStudy.identifier[${i}]`;
        if (identifier.system === undefined || identifier.value === undefined) return [{ path, message: 'The accession number lacks its system or value.' }];
        return identifier.system === DICOM_UID_SYSTEM ? [{ path, message: 'The accession number has the system of Study Instance UIDs.' }] : [];
      }),
  },
  {
    id: 'scout-series-modality',
    origin: 'scout',
    description: 'Each series states its own modality, with system and code.',
    url: NOTES,
    of: (study) =>
      listed(study.series).flatMap((series, i) =>
        !codingsOf(series.modality).some(({ system, code }) => system !== undefined && code !== undefined)
          ? [{ path: `ImagingStudy.series[${i}].modality`, message: 'The series modality lacks its system or code.' }]
          : [],
      ),
  },
];

export const STUDY_RULES: readonly Rule[] = rows.map(({ of, ...row }) => ({
  ...row,
  resourceType: 'ImagingStudy',
  severity: 'error',
  check: (resource) => of(resource),
}));

function studyUids(study: ImagingStudy): readonly string[] {
  return listed(study.identifier).flatMap((identifier) => (identifier.system === DICOM_UID_SYSTEM ? [identifier.value ?? ''] : []));
}

function listedInstances(count: number): string {
  return count === 1 ? 'instance is listed' : 'instances are listed';
}

function countsAgree(path: string, stated: number | undefined, found: number, what: string): Violation[] {
  if (typeof stated !== 'number' || stated === found) return [];
  return [
    {
      path,
      message: `${stated} is stated, but ${found} ${what}.`,
      count: found > stated ? 'more-listed-than-stated' : 'fewer-listed-than-stated',
    },
  ];
}

function codingKey(coding: Coding): string {
  return `${coding.system ?? ''}|${coding.code ?? ''}`;
}

function isAcquisition(key: string): boolean {
  return key.startsWith(`${DCM}|`) && ACQUISITION_MODALITIES.has(key.slice(DCM.length + 1));
}
