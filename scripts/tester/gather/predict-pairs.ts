/** Parameter pairs in, what the oracle demands of the answer out, over everything that is known. */
import { parseQuery } from '../../search/parse-query';
import { predict } from '../../search/predict';
import type { Prediction, Query, SearchDefinitions } from '../../search/types';
import type { Knowledge } from '../knowledge';
import type { Pair } from './query';

export interface Oracle {
  readonly definitions: SearchDefinitions;
  readonly known: Knowledge;
}

export function predictPairs({ definitions, known }: Oracle, type: string, pairs: readonly Pair[]): { query: Query; prediction: Prediction } {
  const predicted = () => {
    const query = parseQuery(definitions, type, pairs, { base: known.index.base });
    return { query, prediction: predict(known.index, query) };
  };
  // What is about the same date is measured by the clock.
  if (known.history === undefined || pairs.some(([, value]) => /ap\d/.test(value))) return predicted();
  return known.history.recall(JSON.stringify([type, pairs]), predicted);
}
