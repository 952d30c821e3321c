/** An ImagingStudy and what its archives hold in, the differences out, each in one sentence. */
import type { Exchange } from '../../../core/result';
import { listOf } from '../../../dicom/endpoints';
import { textOf } from '../../../dicom/dicomweb-json';
import type { CodeableConcept, Coding, Identifier, Resource } from '../../../core/fhir';
import type { ArchiveSeries } from '../harvest';
import type { ArchiveAnswer, GatheredSeries, GatheredStudy } from './gather';
import { startedDifference } from './started';

export interface Difference {
  /** `ImagingStudy/id`. */
  readonly reference: string;
  readonly says: string;
  /** The answer that shows it. */
  readonly exchange: Exchange;
  /** Legal, but worth knowing: the ImagingStudy may be of a part of the study. */
  readonly open?: true;
}

/** What a comparison found: its differences, and how many things it could compare. */
export interface Comparison {
  readonly compared: number;
  readonly differences: readonly Difference[];
}

/** The series of the archive that an element of the ImagingStudy is about. */
function archiveSeries({ archive, uid }: GatheredSeries): { answer: ArchiveAnswer; series: ArchiveSeries | undefined } | undefined {
  return archive?.study === undefined ? undefined : { answer: archive, series: archive.study.series.find((one) => one.uid === uid) };
}

function lastExchange({ study, search }: ArchiveAnswer, which: 1 | 2): Exchange {
  return study?.exchanges[which] ?? search;
}

/** Series of the ImagingStudy that are not in the archive, and the other way round. */
export function seriesDifferences({ reference, series, archives }: GatheredStudy): Comparison {
  const differences: Difference[] = [];
  let compared = 0;
  for (const one of series) {
    const found = archiveSeries(one);
    if (found === undefined || found.answer.study?.complete !== true) continue;
    compared += 1;
    if (found.series === undefined) differences.push({ reference, says: `series ${one.uid} is not in the archive at ${found.answer.base}`, exchange: lastExchange(found.answer, 1) });
  }
  for (const answer of archives.values()) {
    const more = answer.study?.complete === true ? answer.study.series.filter(({ uid }) => !series.some((one) => one.uid === uid)) : [];
    for (const { uid } of more) differences.push({ reference, says: `series ${uid} of the archive is not in the ImagingStudy`, exchange: lastExchange(answer, 1), open: true });
  }
  return { compared, differences };
}

/** Instances that the ImagingStudy lists and the archive has not, and the other way round. */
export function instanceDifferences({ reference, series }: GatheredStudy): Comparison {
  const differences: Difference[] = [];
  let compared = 0;
  for (const one of series) {
    const found = archiveSeries(one);
    const listed = listOf<{ uid?: string }>(one.element.instance).flatMap(({ uid }) => uid ?? []);
    if (found?.series === undefined || found.answer.study?.complete !== true || listed.length === 0) continue;
    compared += listed.length;
    const exchange = lastExchange(found.answer, 2);
    const present = new Set(found.series.instances.map(({ uid }) => uid));
    for (const uid of listed) if (!present.has(uid)) differences.push({ reference, says: `instance ${uid} of series ${one.uid} is not in the archive at ${found.answer.base}`, exchange });
    const more = found.series.instances.filter(({ uid }) => !listed.includes(uid));
    if (more.length > 0) differences.push({ reference, says: `${more.length} instances of series ${one.uid} in the archive are not in the ImagingStudy (${more.slice(0, 3).map(({ uid }) => uid).join(', ')})`, exchange, open: true });
  }
  return { compared, differences };
}

export function sopClassDifferences({ reference, series }: GatheredStudy): Comparison {
  const differences: Difference[] = [];
  let compared = 0;
  for (const one of series) {
    const found = archiveSeries(one);
    for (const { uid, sopClass } of listOf<{ uid?: string; sopClass?: Coding }>(one.element.instance)) {
      const stored = found?.series?.instances.find((instance) => instance.uid === uid)?.sopClass;
      const stated = sopClass?.code?.replace(/^urn:oid:/, '');
      if (found === undefined || stored === undefined || stated === undefined) continue;
      compared += 1;
      if (stated !== stored) differences.push({ reference, says: `instance ${uid} has the SOP class ${stated}, in the archive ${stored}`, exchange: lastExchange(found.answer, 2) });
    }
  }
  return { compared, differences };
}

export function modalityDifferences({ reference, series }: GatheredStudy): Comparison {
  const differences: Difference[] = [];
  let compared = 0;
  for (const one of series) {
    const found = archiveSeries(one);
    const stored = found?.series?.modality;
    // R5 has a CodeableConcept where R4 has a Coding.
    const codes = listOf<Coding & CodeableConcept>(one.element.modality).flatMap((value) => value.coding ?? [value]).flatMap(({ code }) => code ?? []);
    if (found === undefined || stored === undefined || codes.length === 0) continue;
    compared += 1;
    if (!codes.includes(stored)) differences.push({ reference, says: `series ${one.uid} has the modality ${codes.join(', ')}, in the archive ${stored}`, exchange: lastExchange(found.answer, 1) });
  }
  return { compared, differences };
}

/** "This value given may be larger than the number of instance elements this resource contains": it is the study's own number. */
export function countDifferences({ reference, resource, series, archives }: GatheredStudy): Comparison {
  const differences: Difference[] = [];
  let compared = 0;
  const compare = (what: string, stated: unknown, stored: number | undefined, exchange: Exchange) => {
    if (typeof stated !== 'number' || stored === undefined) return;
    compared += 1;
    if (stated === stored) return;
    differences.push({ reference, says: `${what} is ${stated}, in the archive ${stored}`, exchange, ...(stated < stored ? { open: true as const } : {}) });
  };
  const [only, ...others] = [...archives.values()];
  // A study that is spread over several archives has no archive that could count it.
  if (only?.study !== undefined && others.length === 0 && only.study.complete) {
    compare('numberOfSeries', resource['numberOfSeries'], only.study.series.length, only.search);
    compare('numberOfInstances', resource['numberOfInstances'], only.study.series.reduce((sum, { instances }) => sum + instances.length, 0), only.search);
  }
  for (const one of series) {
    const found = archiveSeries(one);
    if (found?.series !== undefined && found.answer.study?.complete === true) compare(`numberOfInstances of series ${one.uid}`, one.element.numberOfInstances, found.series.instances.length, lastExchange(found.answer, 2));
  }
  return { compared, differences };
}

export function startedDifferences({ reference, resource, archives }: GatheredStudy): Comparison {
  const differences: Difference[] = [];
  let compared = 0;
  for (const answer of archives.values()) {
    const started: unknown = resource['started'];
    if (answer.study === undefined || typeof started !== 'string') continue;
    const result = startedDifference(started, answer.study.dataSet);
    if (result === undefined) continue;
    compared += 1;
    if (result.differs !== undefined) differences.push({ reference, says: `started is ${started}, ${result.differs}`, exchange: answer.search });
  }
  return { compared, differences };
}

/** The patient id of DICOM among the identifiers of the subject. */
export function patientDifferences({ reference, archives }: GatheredStudy, patient: Resource | undefined): Comparison {
  const values = listOf<Identifier>(patient?.['identifier']).flatMap(({ value }) => value ?? []);
  const differences: Difference[] = [];
  let compared = 0;
  for (const answer of archives.values()) {
    const id = answer.study && textOf(answer.study.dataSet, 'PatientID');
    if (id === undefined || values.length === 0) continue;
    compared += 1;
    if (!values.includes(id)) differences.push({ reference, says: `the patient has the identifiers ${values.join(', ')}, in the archive the patient id is ${id}`, exchange: answer.search });
  }
  return { compared, differences };
}

/** Identifiers of the type ACSN: https://hl7.org/fhir/R4/imagingstudy.html#notes */
export function accessionDifferences({ reference, resource, archives }: GatheredStudy): Comparison {
  const stated = listOf<Identifier>(resource['identifier']).filter(({ type }) => type?.coding?.some(({ code }) => code === 'ACSN') === true).flatMap(({ value }) => value ?? []);
  const differences: Difference[] = [];
  let compared = 0;
  for (const answer of archives.values()) {
    const stored = answer.study && textOf(answer.study.dataSet, 'AccessionNumber');
    if (stored === undefined || stated.length === 0) continue;
    compared += 1;
    if (!stated.includes(stored)) differences.push({ reference, says: `the accession number is ${stated.join(', ')}, in the archive ${stored}`, exchange: answer.search });
  }
  return { compared, differences };
}
