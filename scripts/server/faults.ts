/** Every planted fault, one row each: what a tester must find. Add one to the file of its group. */
import { COMBINATION_FAULTS } from './faults/combination';
import { COMPARTMENT_FAULTS } from './faults/compartment';
import { CONDITIONAL_FAULTS } from './faults/conditional';
import { COPY_FAULTS } from './faults/copies';
import { CURRENCY_FAULTS } from './faults/currency';
import { DATA_FAULTS } from './faults/data';
import { DATE_FAULTS } from './faults/date';
import { DEEP_FAULTS } from './faults/deep';
import { DETAIL_FAULTS } from './faults/details';
import { FIDELITY_FAULTS } from './faults/fidelity';
import { FORMAT_FAULTS } from './faults/formats';
import { HISTORY_FAULTS } from './faults/history';
import { HONESTY_FAULTS } from './faults/honesty';
import { IDENTITY_FAULTS } from './faults/identity';
import { IMAGING_FAULTS } from './faults/imaging';
import { INCLUDE_FAULTS } from './faults/include';
import { NUMBER_FAULTS } from './faults/number';
import { PAGING_FAULTS } from './faults/paging';
import { PATCH_FAULTS } from './faults/patch';
import { REFERENCE_FAULTS } from './faults/reference';
import { REST_FAULTS } from './faults/rest';
import { RESULT_FAULTS } from './faults/results';
import type { FaultRow } from './faults/row';
import { SECURITY_FAULTS } from './faults/security';
import { SUBSET_FAULTS } from './faults/subset';
import { TEXT_FAULTS } from './faults/text';
import { TOKEN_FAULTS } from './faults/token';
import { WRITING_FAULTS } from './faults/writing';

export const FAULTS: readonly FaultRow[] = [
  ...TOKEN_FAULTS,
  ...IMAGING_FAULTS,
  ...REFERENCE_FAULTS,
  ...DATE_FAULTS,
  ...TEXT_FAULTS,
  ...NUMBER_FAULTS,
  ...COMBINATION_FAULTS,
  ...COMPARTMENT_FAULTS,
  ...DEEP_FAULTS,
  ...DETAIL_FAULTS,
  ...RESULT_FAULTS,
  ...PAGING_FAULTS,
  ...INCLUDE_FAULTS,
  ...SUBSET_FAULTS,
  ...HONESTY_FAULTS,
  ...REST_FAULTS,
  ...IDENTITY_FAULTS,
  ...WRITING_FAULTS,
  ...CONDITIONAL_FAULTS,
  ...FIDELITY_FAULTS,
  ...FORMAT_FAULTS,
  ...HISTORY_FAULTS,
  ...CURRENCY_FAULTS,
  ...COPY_FAULTS,
  ...PATCH_FAULTS,
  ...DATA_FAULTS,
  ...SECURITY_FAULTS,
];
