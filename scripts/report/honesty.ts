/** The table of declared, echoed and done in, what a reader has to know of it out: one sentence, and the rows that need a look before the others. */
import type { HonestyRow, Run } from '../core/result';

/** Names shown of each kind of trouble. */
const NAMED = 4;

/** `modality of ImagingStudy`. */
function named({ type, name, kind }: HonestyRow): string {
  return kind === 'interaction' ? `${name} on ${type}` : `${type}.${name}`;
}

/** A row in which what is declared, echoed and done do not agree. */
export function disagrees({ declared, echoed, filters, right }: HonestyRow): boolean {
  return !declared || echoed === 'no' || filters === 'no' || right === 'no';
}

/** Everything that was found out about it is good. */
function isRight(row: HonestyRow): boolean {
  return row.declared && row.right === 'yes' && !disagrees(row);
}

/**
 * `Of 84 declared search parameters that could be tried 83 do what they should; not right: ImagingStudy.bodysite.`; undefined where nothing was looked at.
 */
export function honestySentence({ honesty = [] }: Pick<Run, 'honesty'>): string | undefined {
  const parameters = honesty.filter(({ kind, declared, right, filters }) => kind === 'parameter' && declared && (right !== 'not known' || filters !== 'not known'));
  if (parameters.length === 0) return undefined;
  const idle = parameters.filter(({ filters }) => filters === 'no');
  const wrong = parameters.filter(({ filters, right }) => filters !== 'no' && right === 'no');
  const silent = parameters.filter(({ filters, right, echoed }) => filters !== 'no' && right !== 'no' && echoed === 'no');
  const undeclared = honesty.filter(({ declared, right }) => !declared && right === 'yes');
  const parts = [
    `Of ${parameters.length} declared search parameters that could be tried ${parameters.filter(isRight).length} do what they should`,
    ...listed('without effect', idle),
    ...listed('not right', wrong),
    ...listed('absent from the self link', silent),
    ...listed('working without being declared', undeclared),
  ];
  return `${parts.join('; ')}.`;
}

function listed(what: string, rows: readonly HonestyRow[]): string[] {
  if (rows.length === 0) return [];
  const more = rows.length > NAMED ? ` and ${rows.length - NAMED} more` : '';
  return [`${what}: ${rows.slice(0, NAMED).map(named).join(', ')}${more}`];
}
