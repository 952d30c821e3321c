/** What the R6 draft asks of an ImagingStudy: its seven invariants as it words them, its element table, status and sopClass. It may still change. */
import { elementsOf, type ModelElement } from '../core/element-model';
import { codingsOf } from '../core/fhir';
import { DICOM_UID_SYSTEM } from '../core/dicom-uid';
import { listed, sum, type ImagingStudy } from './imaging-study';
import type { Rule, Violation } from './rule';

/** The draft as it was when the tables were read: https://build.fhir.org/imagingstudy-definitions.html */
const PAGE = 'https://build.fhir.org/imagingstudy-definitions.html';

type DraftStudy = ImagingStudy;

const row = (id: string, description: string, of: (study: DraftStudy) => Violation[]): Rule => ({
  id,
  resourceType: 'ImagingStudy',
  severity: 'error',
  origin: 'r6-draft',
  description,
  url: PAGE,
  versions: ['6.0'],
  check: (resource) => of(resource),
});
const uidCount = ({ identifier }: DraftStudy) => listed(identifier).filter(({ system }) => system === DICOM_UID_SYSTEM).length;
const instancesOf = ({ series }: DraftStudy) => sum(listed(series).map((one) => listed(one.instance).length));
const arePresent = (count: number, one: string, several = `${one}s`) => (count === 1 ? `${one} is present` : `${several} are present`);
const differs = (path: string, stated: unknown, found: number, what: string): Violation[] =>
  typeof stated === 'number' && stated !== found ? [{ path: `ImagingStudy.${path}`, message: `${stated} is stated, but ${found} ${what}.` }] : [];

export const DRAFT_RULES: readonly Rule[] = [
  row('ist-1', 'Series are only present where an identifier has the system urn:dicom:uid.', (study) => (listed(study.series).length > 0 && uidCount(study) === 0 ? [{ path: 'ImagingStudy.series', message: 'There are series, but no identifier with system urn:dicom:uid.' }] : [])),
  row('ist-2', 'At most one identifier has the system urn:dicom:uid.', (study) => (uidCount(study) > 1 ? [{ path: 'ImagingStudy.identifier', message: `${uidCount(study)} identifiers have the system urn:dicom:uid.` }] : [])),
  row('ist-3', 'Where numberOfSeries and series are both present, they agree.', (study) => (listed(study.series).length === 0 ? [] : differs('numberOfSeries', study.numberOfSeries, listed(study.series).length, arePresent(listed(study.series).length, 'series', 'series')))),
  // The draft's expression asks for series, not for instances: a study that counts instances and lists none breaks it.
  row('ist-4', 'Where numberOfInstances and series are both present, the number is that of all instances present.', (study) => (listed(study.series).length === 0 ? [] : differs('numberOfInstances', study.numberOfInstances, instancesOf(study), arePresent(instancesOf(study), 'instance')))),
  row('ist-5', 'Where numberOfInstances and series.numberOfInstances are both present, the former is the sum of the latter.', (study) => {
    const counts = listed(study.series).flatMap(({ numberOfInstances }) => (typeof numberOfInstances === 'number' ? [numberOfInstances] : []));
    return counts.length === 0 ? [] : differs('numberOfInstances', study.numberOfInstances, sum(counts), 'is the sum over the series');
  }),
  row('ist-6', 'Where a series has both numberOfInstances and instance, they agree.', (study) =>
    listed(study.series).flatMap((series, i) => (listed(series.instance).length === 0 ? [] : differs(`series[${i}].numberOfInstances`, series.numberOfInstances, listed(series.instance).length, arePresent(listed(series.instance).length, 'instance')))),
  ),
  row('ist-7', 'Where modality is present, it holds all distinct values of series.modality and nothing else, codings and texts.', modalitiesAgree),
  row('r6-status', 'The status is registered, available, cancelled, entered-in-error, unknown or inactive.', ({ status }) => {
    const codes = elementsOf('6.0', 'ImagingStudy').status?.codes ?? [];
    return typeof status === 'string' && !codes.includes(status) ? [{ path: 'ImagingStudy.status', message: `"${status}" is none of ${codes.join(', ')}.` }] : [];
  }),
  row('r6-sop-class', 'sopClass is an oid: urn:oid: and the UID of the SOP class.', (study) =>
    listed(study.series).flatMap((series, i) =>
      listed(series.instance).flatMap((instance, j) => {
        const { sopClass } = instance;
        if (sopClass === undefined || (typeof sopClass === 'string' && /^urn:oid:[0-2](\.(0|[1-9][0-9]*))+$/.test(sopClass))) return [];
        const is = typeof sopClass === 'string' ? `"${sopClass}"` : 'An object (a Coding, as until R5)';
        return [{ path: `ImagingStudy.series[${i}].instance[${j}].sopClass`, message: `${is} is no oid.` }];
      }),
    ),
  ),
  {
    ...row('r6-series-count', 'A series that lists instances states numberOfInstances (SHOULD).', (study) =>
      listed(study.series).flatMap((series, i) => (listed(series.instance).length > 0 && series.numberOfInstances === undefined ? [{ path: `ImagingStudy.series[${i}]`, message: `${listed(series.instance).length} ${listed(series.instance).length === 1 ? 'instance is' : 'instances are'} listed, and no number is stated.` }] : [])),
    ),
    severity: 'warning',
  },
  row('r6-elements', 'The study has the elements of the draft, as often as the draft allows.', (study) => elementFaults(study, '', 'ImagingStudy')),
];

function modalitiesAgree(study: DraftStudy): Violation[] {
  if (listed(study.modality).length === 0) return [];
  const keys = (concepts: readonly unknown[]) => new Set(concepts.flatMap((concept) => [...codingsOf(concept).map(({ system = '', code = '' }) => `${system}|${code}`), ...textOf(concept)]));
  const ofStudy = keys(listed(study.modality));
  const ofSeries = keys(listed(study.series).map(({ modality }) => modality));
  const more = [...ofStudy].filter((key) => !ofSeries.has(key)).map((key) => ({ path: 'ImagingStudy.modality', message: `${key} is the modality of none of the series.` }));
  return [...more, ...[...ofSeries].filter((key) => !ofStudy.has(key)).map((key) => ({ path: 'ImagingStudy.modality', message: `A series has modality ${key}, which the study does not list.` }))];
}

function textOf(concept: unknown): string[] {
  const text = typeof concept === 'object' && concept !== null ? (concept as { text?: unknown }).text : undefined;
  return typeof text === 'string' ? [text] : [];
}

/** Elements of every resource and of every element. */
const INHERITED = new Set(['resourceType', 'id', 'meta', 'implicitRules', 'language', 'text', 'contained', 'extension', 'modifierExtension']);

function elementFaults(holder: Record<string, unknown>, below: string, place: string): Violation[] {
  const elements = elementsOf('6.0', 'ImagingStudy');
  const own = Object.entries(elements).filter(([path]) => path.startsWith(below) && !path.slice(below.length).includes('.'));
  const names = new Set(own.map(([path]) => path.slice(below.length)));
  const unknown = Object.keys(holder).filter((name) => !names.has(name.replace(/^_/, '')) && !INHERITED.has(name.replace(/^_/, '')));
  return [
    ...unknown.map((name) => ({ path: `${place}.${name}`, message: `${name} is no element of the draft.` })),
    ...own.flatMap(([path, element]) => faultsOf(holder, path.slice(below.length), path, element, place)),
  ];
}

function faultsOf(holder: Record<string, unknown>, name: string, path: string, { min, max, types }: ModelElement, place: string): Violation[] {
  const value = holder[name];
  const at = `${place}.${name}`;
  if (value === undefined || value === null) return min > 0 && holder[`_${name}`] === undefined ? [{ path: at, message: `${name} is mandatory and absent.` }] : [];
  if (Array.isArray(value) !== (max !== '1')) return [{ path: at, message: max === '1' ? `${name} does not repeat.` : `${name} repeats: it is a list.` }];
  if (types[0] !== 'BackboneElement') return [];
  return (Array.isArray(value) ? (value as unknown[]) : [value]).flatMap((item, i) => (typeof item === 'object' && item !== null ? elementFaults(item as Record<string, unknown>, `${path}.`, `${at}[${i}]`) : []));
}
