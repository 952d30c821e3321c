/** A run's table of declared, echoed and done in, the same as a page shows it out: what does not agree open, the rest folded. */
import type { HonestyRow, Known, Run } from '../../core/result';
import { disagrees, honestySentence } from '../honesty';
import { visibleLine } from '../visible-text';
import { anchor } from './result-view';

export interface HonestyRowView {
  readonly type: string;
  readonly name: string;
  /** The four answers, each with the word that styles it. */
  readonly cells: readonly { readonly text: string; readonly mark: 'good' | 'bad' | 'open' }[];
  readonly results: readonly { readonly id: string; readonly anchor: string }[];
}

export interface HonestyTableView {
  readonly caption: string;
  readonly rows: readonly HonestyRowView[];
}

export interface HonestyView {
  readonly sentence: string | undefined;
  /** Rows in which something does not agree. */
  readonly open: HonestyTableView | undefined;
  /** The others, folded. */
  readonly folded: readonly HonestyTableView[];
}

/** @returns undefined for a run that looked at nothing of the kind */
export function honestyView(run: Run): HonestyView | undefined {
  const { honesty = [] } = run;
  if (honesty.length === 0) return undefined;
  const rest = honesty.filter((row) => !disagrees(row));
  return {
    sentence: honestySentence(run),
    open: table(honesty.filter(disagrees), 'Not as it is declared'),
    folded: [
      table(rest.filter(({ right }) => right === 'yes'), 'As declared') ?? [],
      table(rest.filter(({ right }) => right !== 'yes'), 'Declared, and not tried: no data, or no test') ?? [],
    ].flat(),
  };
}

function table(rows: readonly HonestyRow[], title: string): HonestyTableView | undefined {
  return rows.length === 0 ? undefined : { caption: `${title} (${rows.length})`, rows: rows.map(rowView) };
}

function rowView({ kind, type, name, declared, echoed, filters, right, results }: HonestyRow): HonestyRowView {
  return {
    type: visibleLine(type),
    name: visibleLine(kind === 'interaction' ? `${name} (interaction)` : name),
    cells: [cell(declared ? 'yes' : 'no'), cell(echoed), cell(filters), cell(right)],
    results: results.map((id) => ({ id: visibleLine(id), anchor: anchor(id) })),
  };
}

function cell(known: Known | undefined): HonestyRowView['cells'][number] {
  return known === undefined ? { text: 'does not apply', mark: 'open' } : { text: known, mark: known === 'yes' ? 'good' : known === 'no' ? 'bad' : 'open' };
}
