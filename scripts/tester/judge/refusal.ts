/** The answer to a query that a server has to refuse, or should, in; a judgement out. */
import { localReference } from '../../core/fhir';
import { counted } from '../../core/grammar';
import { isOpenIn } from '../../search/rules';
import { readableQuery, type Pair } from '../gather/query';
import { linkOf, type SearchAnswer } from '../gather/search-answer';
import type { Judgement } from '../test-case';
import { readSelfLink } from './self-link';

export interface RefusalQuestion {
  /** The version by whose rules is judged. */
  fhirVersion: string;
  type: string;
  pairs: readonly Pair[];
  answer: SearchAnswer;
  /** `fail` where the specification says SHALL, `warn` where it says SHOULD. */
  otherwise: 'fail' | 'warn' | 'info';
  /** What is wrong with the query, e.g. `the modifier :foo does not exist`. */
  because: string;
}

/** Which 4xx it is does not matter; answering as if the query were in order does, and so does breaking down, which is a matter of its own. */
export function judgeRefusal({ fhirVersion, type, pairs, answer, otherwise, because }: RefusalQuestion): Judgement {
  const query = readableQuery(type, pairs);
  const { trouble } = answer;
  const decisive = trouble?.exchange ?? answer.first;
  if (trouble?.kind === 'refused') return { verdict: 'pass', message: `${query} is refused (${because}): ${trouble.says}.`, decisive };
  if (trouble?.kind === 'unanswered') return { verdict: 'error', message: `${query}: ${trouble.says}.`, decisive };
  if (trouble?.kind === 'failed') return { verdict: 'fail', message: `${query} makes the server break down instead of refusing it (${because}): ${trouble.says}.`, decisive, requirement: 'status-server-error' };
  if (trouble?.kind === 'unreadable' && answer.pages.length === 0) return { verdict: otherwise, message: `${query} is neither refused nor answered by a search set, though ${because}: ${trouble.says}.`, decisive };
  const told = answer.matches.length === 0 && answer.outcomes.length > 0;
  if (told && otherwise !== 'fail' && isOpenIn('open-error-in-outcome', fhirVersion)) return { verdict: 'pass', message: `${query} is answered by nothing but an outcome that tells of it (${because}).`, decisive };
  const actual = answer.matches.flatMap((resource) => localReference(resource) ?? []).sort();
  const self = answer.pages[0] === undefined ? undefined : linkOf(answer.pages[0].bundle, 'self');
  const reading = self === undefined ? undefined : readSelfLink(pairs, self);
  const honest = reading !== undefined && reading.dropped.length > 0;
  const says = honest ? 'and says so in the self link' : 'as if it were in order';
  return { verdict: otherwise, message: `${query} is answered with ${counted(actual.length, 'match', 'matches')} ${says}, though ${because}.`, actual, decisive };
}
