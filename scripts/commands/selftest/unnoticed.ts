/** A planted fault or variant in, whether a tester that only reads can notice it at all out: what gets the same answers comes to the same verdicts. */
import { isDeepStrictEqual } from 'node:util';
import type { Run } from '../../core/result';
import type { PlantedRow } from '../../server/planted';
import type { ServerRequest, ServerResponse } from '../../server/request';
import type { Combination } from './combine-variants';
import { plantedServer, runAgainst, type PlantedInput } from './run-planted';

/** A run against the reference server, with all that was asked and answered, in order. */
interface Recording {
  readonly run: Run;
  readonly asked: readonly { request: ServerRequest; response: ServerResponse }[];
}

/** Says of a row what a whole run would, where that follows from the reference's; undefined where the tester has to run. */
export type Unnoticed = (row: PlantedRow | Combination) => Promise<Run | undefined>;

/**
 * The tester is a function of the answers it gets. A server that answers each request of the run against the reference server as that did,
 * up to the last byte, would be asked nothing else and judged no other way. Only for a tester that does not write.
 */
export function unnoticedBy(input: PlantedInput): Unnoticed {
  const recordings = new Map<boolean, Promise<Recording>>();
  return async (row) => {
    if (row.service !== undefined || input.journalDir !== undefined) return undefined;
    const guarded = row.guarded === true;
    const known = recordings.get(guarded) ?? record(input, guarded);
    recordings.set(guarded, known);
    const { run, asked } = await known;
    const answer = plantedServer(row, input);
    return asked.every(({ request, response }) => same(answer(request), response)) ? run : undefined;
  };
}

async function record(input: PlantedInput, guarded: boolean): Promise<Recording> {
  const answer = plantedServer(guarded ? REFERENCE_WITH_RULES : undefined, input);
  const asked: Recording['asked'][number][] = [];
  const run = await runAgainst(
    (request) => {
      const response = answer(request);
      asked.push({ request, response });
      return response;
    },
    guarded,
    input,
  );
  return { run, asked };
}

/** The reference server with rules of access: a row without an override. */
const REFERENCE_WITH_RULES: Combination = { kind: 'variant', id: 'reference', does: '', url: '', http: false, guarded: true, variants: [] };

function same(one: ServerResponse, other: ServerResponse): boolean {
  return one.status === other.status && one.body === other.body && one.encoding === other.encoding && isDeepStrictEqual(one.headers, other.headers);
}
