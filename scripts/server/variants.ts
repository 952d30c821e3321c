/** Every legal variant, one row each: behaviour that a tester must leave alone. Add one to the file of its kind. */
import type { VariantRow } from './faults/row';
import { ANSWER_VARIANTS } from './variants/answers';
import { INTERACTION_VARIANTS } from './variants/interactions';
import { MATCHING_VARIANTS } from './variants/matching';
import { REFUSAL_VARIANTS } from './variants/refusals';
import { SECURITY_VARIANTS } from './variants/security';
import { STORAGE_VARIANTS } from './variants/storage';
import { VERSION_VARIANTS } from './variants/versions';

export const VARIANTS: readonly VariantRow[] = [...ANSWER_VARIANTS, ...INTERACTION_VARIANTS, ...MATCHING_VARIANTS, ...REFUSAL_VARIANTS, ...VERSION_VARIANTS, ...STORAGE_VARIANTS, ...SECURITY_VARIANTS];
