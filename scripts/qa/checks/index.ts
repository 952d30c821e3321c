/** The table of checks; a new one is one file and one row here. */
import type { QaCheck } from '../qa-guide';
import { descriptions } from './descriptions';
import { duplicates } from './duplicates';
import { failingExamples } from './failing-examples';
import { mustSupport } from './must-support';
import { unexampled } from './unexampled';
import { unused } from './unused';
import { versions } from './versions';

/** In the order in which reports show them. */
export const QA_CHECKS: readonly QaCheck[] = [duplicates, versions, descriptions, unused, unexampled, mustSupport, failingExamples];
