/** Ids of faults and variants in, the behaviour that has them out. */
import { FHIR_VERSIONS } from '../core/fhir-version';
import { KnownError } from '../core/known-error';
import { closest } from '../core/nearest';
import { behaviourWith, isHttpOnly, type Behaviour } from './behaviour';
import { CROSS_CHECK_ROWS } from './dicomweb/cross-check-rows';
import { dicomwebRows } from './dicomweb/planted';
import { FAULTS } from './faults';
import { VARIANTS } from './variants';

/** The reference behaviour with these variants laid over it, and the faults over those: a variant that decides anew what matches would mend them. @throws KnownError `no-such-fault`, `no-such-variant` */
export function plantedBehaviour(faults: readonly string[], variants: readonly string[]): Behaviour {
  return behaviourWith([...rowsOf('variant', VARIANTS, variants), ...rowsOf('fault', FAULTS, faults)].map((row) => row.override));
}

function rowsOf<Row extends { id: string }>(kind: 'fault' | 'variant', rows: readonly Row[], ids: readonly string[]): Row[] {
  return ids.map((id) => {
    const row = rows.find((other) => other.id === id);
    if (row !== undefined) return row;
    const other = plantedRows().find((row) => row.id === id);
    if (other?.service === 'cross-check') throw new KnownError(`no-such-${kind}`, `${id} lies between FHIR and archive, and is planted by scout selftest only.`, `scout selftest --only ${id}`);
    if (other !== undefined && other.kind !== kind) throw new KnownError(`no-such-${kind}`, `${id} is a ${other.kind}, not a ${kind}.`, `Write --${other.kind} ${id}.`);
    const words = id.split('-');
    const near = rows.filter((other) => words.some((word) => word.length > 2 && other.id.split('-').includes(word))).map((other) => other.id);
    const meant = closest(id, rows.map((other) => other.id));
    throw new KnownError(`no-such-${kind}`, `There is no ${kind} "${id}".`, meant !== undefined ? `Did you mean "${meant}"?` : near.length > 0 ? `Near: ${near.join(', ')}.` : 'scout serve --list-faults shows all.');
  });
}

export interface PlantedRow {
  kind: 'fault' | 'variant';
  id: string;
  group?: string;
  does: string;
  /** Name of the requirement that a fault breaks. */
  breaks?: string;
  url: string;
  /** It is made of requests and responses alone, so that it can stand before any server. */
  http: boolean;
  /** Media type versions of FHIR in which it shows; absent where it does in all. */
  versions?: readonly string[];
  /** It shows only on a server that has access rules. */
  guarded?: true;
  /** It is planted in the DICOMweb server, or between it and the resources of the FHIR server; not in the FHIR server alone. */
  service?: 'dicomweb' | 'cross-check';
}

/** DICOMweb is of no FHIR version, and the FHIR server of a cross-check speaks R4: these rows are planted there, and not again in every version. */
const ONCE = [FHIR_VERSIONS.R4.mimeVersion];

/** All that can be planted, for lists and reports. */
export function plantedRows(): PlantedRow[] {
  return [
    ...FAULTS.map(({ id, group, does, breaks, override, guarded, versions }): PlantedRow => ({ ...(versions === undefined ? {} : { versions }), kind: 'fault', id, group, does, breaks: breaks.key, url: breaks.url, http: isHttpOnly(override), ...(guarded === undefined ? {} : { guarded }) })),
    ...VARIANTS.map(({ id, does, url, override, guarded, versions }): PlantedRow => ({ ...(versions === undefined ? {} : { versions }), kind: 'variant', id, does, url, http: isHttpOnly(override), ...(guarded === undefined ? {} : { guarded }) })),
    ...dicomwebRows().map(({ kind, id, group, does, breaks, url }): PlantedRow => ({ kind, id, ...(group === undefined ? {} : { group }), does, ...(breaks === undefined ? {} : { breaks }), url, http: false, service: 'dicomweb', versions: ONCE })),
    ...CROSS_CHECK_ROWS.map(({ kind, id, group, does, breaks, url }): PlantedRow => ({ kind, id, ...(group === undefined ? {} : { group }), does, ...(breaks === undefined ? {} : { breaks }), url, http: false, service: 'cross-check', versions: ONCE })),
  ];
}
