/** Ids of DICOMweb faults and variants in, the overrides that have them out; and the list of all. */
import { KnownError } from '../../core/known-error';
import { DICOMWEB_FAULTS } from './faults';
import type { DicomwebOverride } from './server';
import { DICOMWEB_VARIANTS } from './variants';

export interface DicomwebPlantedRow {
  readonly kind: 'fault' | 'variant';
  readonly id: string;
  readonly group?: 'dicomweb';
  readonly does: string;
  /** Name of the requirement that a fault breaks. */
  readonly breaks?: string;
  readonly url: string;
  readonly override: DicomwebOverride;
}

export function dicomwebRows(): DicomwebPlantedRow[] {
  return [...DICOMWEB_FAULTS.map((fault): DicomwebPlantedRow => ({ kind: 'fault', group: 'dicomweb', ...fault })), ...DICOMWEB_VARIANTS.map((variant): DicomwebPlantedRow => ({ kind: 'variant', ...variant }))];
}

/** @throws KnownError `no-such-fault` */
export function dicomwebOverrides(ids: readonly string[]): DicomwebOverride[] {
  const rows = dicomwebRows();
  return ids.map((id) => {
    const found = rows.find((one) => one.id === id);
    if (found === undefined) throw new KnownError('no-such-fault', `There is no DICOMweb fault or variant "${id}".`, 'scout serve --list-faults shows all.');
    return found.override;
  });
}
