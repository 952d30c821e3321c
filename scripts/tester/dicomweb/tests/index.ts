/** The catalogue of DICOMweb tests, in the order in which reports show them. */
import type { DicomwebTest } from '../test-case';
import { QIDO_TESTS } from './qido';
import { QIDO_MATCHING_TESTS } from './qido-matching';
import { STOW_RS_TESTS } from './stow-rs';
import { WADO_RS_TESTS } from './wado-rs';
import { WADO_URI_TESTS } from './wado-uri';

export const DICOMWEB_TESTS: readonly DicomwebTest[] = [...QIDO_TESTS, ...QIDO_MATCHING_TESTS, ...WADO_RS_TESTS, ...WADO_URI_TESTS, ...STOW_RS_TESTS];
