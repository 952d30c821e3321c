/** A planted fault or variant in, its whole run out: what gets the same answers comes to the same verdicts, and is not run again. */
import { isDeepStrictEqual } from 'node:util';
import type { Run } from '../../core/result';
import type { PlantedRow } from '../../server/planted';
import type { ServerRequest, ServerResponse } from '../../server/request';
import type { Combination } from './combine-variants';
import { plantedServer, runAgainst, runPlanted, type Answering, type PlantedInput } from './run-planted';

/** A run against the reference server, with all that was asked and answered, in order. */
interface Recording {
  readonly run: Run;
  readonly asked: readonly { request: ServerRequest; response: ServerResponse }[];
}

/** Tests a row's server with every test. */
export type WholeRun = (row: PlantedRow | Combination) => Promise<Run>;

/**
 * The tester is a function of the answers it gets. A server that answers each request of the run against the reference server as that did,
 * up to the last byte, would be asked nothing else and judged no other way. Where an answer differs, the tester has to run, and begins with the same
 * requests: what was answered to them is not computed again. Only for a tester that does not write.
 */
export function wholeRunOver(input: PlantedInput): WholeRun {
  const recordings = new Map<boolean, Promise<Recording>>();
  return async (row) => {
    if (row.service !== undefined || input.journalDir !== undefined) return runPlanted(row, input);
    const guarded = row.guarded === true;
    const known = recordings.get(guarded) ?? record(input, guarded);
    recordings.set(guarded, known);
    const { run, asked } = await known;
    const answer = plantedServer(row, input);
    const begun: Recording['asked'][number][] = [];
    for (const { request, response } of asked) {
      const own = answer(request);
      begun.push({ request, response: own });
      if (!same(own, response)) return (await begunWith(begun, answer, guarded, input)) ?? runPlanted(row, input);
    }
    return run;
  };
}

/** The run that gets the server's answers so far again, and then goes on with the server; undefined where it asked something else after the same answers. */
async function begunWith(begun: Recording['asked'], answer: Answering, guarded: boolean, input: PlantedInput): Promise<Run | undefined> {
  let next = 0;
  let strayed = false;
  const goingOn: Answering = (request) => {
    const known = begun[next];
    if (known === undefined) return answer(request);
    next += 1;
    strayed ||= !isDeepStrictEqual(request, known.request);
    return known.response;
  };
  const run = await runAgainst(goingOn, guarded, input);
  return strayed || next < begun.length ? undefined : run;
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
