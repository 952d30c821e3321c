/** What a test is: a record that says what it stands on and what it needs, and a function that gathers answers and lets a pure judge decide. */
import type { Exchange, Result, Verdict } from '../core/result';
import type { RequirementKey } from './requirements';
import type { TestContext } from './context';

/** What a judge says of the answers. */
export interface Judgement {
  verdict: Verdict;
  /** One sentence a person understands. */
  message: string;
  expected?: readonly string[];
  actual?: readonly string[];
  witness?: { reference: string; excerpt: unknown; why: string };
  /** The request that decided; the curl line repeats it. */
  decisive?: Exchange;
  /** Small pictures that show what was retrieved, as data URIs. */
  pictures?: Result['pictures'];
  /** What lies behind several results alike. */
  cause?: string;
  /** Where the test stands on another clause than its row says, e.g. the rule that was broken. */
  requirement?: RequirementKey;
}

/** Something the server has to declare before it can be held to it. */
export type Need =
  | { readonly kind: 'type'; readonly type: string }
  | { readonly kind: 'interaction'; readonly type: string; readonly interaction: string }
  | { readonly kind: 'system-interaction'; readonly interaction: string }
  | { readonly kind: 'search-param'; readonly type: string; readonly name: string };

export interface TestCase {
  /** Unique, lower case, parts joined by dots: `search.imagingstudy.modality.code`. */
  readonly id: string;
  readonly title: string;
  readonly group: TestGroup;
  readonly resourceType?: string;
  readonly requirement: RequirementKey;
  /** Clauses that its judge may name instead, for the table of what is covered. */
  readonly also?: readonly RequirementKey[];
  readonly needs: readonly Need[];
  /** Words to select tests by, beside id, type, expectation and requirement. */
  readonly tags?: readonly string[];
  /** Media type versions of FHIR for which it is; absent where it is for all. */
  readonly versions?: readonly string[];
  /** `write` tests run only with --write, `read-only` ones only without: those whose matter the tests that write look at more closely. */
  readonly mode?: 'write' | 'read-only';
  /** Runs only where the caller brings a validator. */
  readonly validates?: true;
  /** Runs only where the caller lets the archives behind the endpoints be asked. */
  readonly crossChecks?: true;
  /** Phases follow one another: tests that write change what others read, and the last ones look at what all have brought. Within a phase tests are independent. */
  readonly phase?: 'write' | 'last';
  run(context: TestContext): Promise<Judgement>;
}

/** The groups of tests, in the order in which reports show them. */
export const TEST_GROUPS = {
  capability: 'What the server says of itself',
  read: 'Reading single resources',
  search: 'Search parameters',
  combination: 'Search parameters together',
  result: 'What a search answer is made of',
  paging: 'Pages, counts and order',
  include: 'Included resources',
  honesty: 'Declared, echoed, done',
  error: 'Errors',
  reference: 'References between resources',
  data: 'The data itself',
  dicomweb: 'Images behind the endpoints',
  qido: 'QIDO-RS: searching an archive',
  'wado-rs': 'WADO-RS: retrieving',
  'wado-uri': 'WADO-URI: retrieving by query',
  stow: 'STOW-RS: storing',
  security: 'Who may see what',
  write: 'Creating, changing and deleting',
} as const;
export type TestGroup = keyof typeof TEST_GROUPS;

/** Needs of a search by one parameter. */
export function needsSearch(type: string, ...names: readonly string[]): Need[] {
  return [{ kind: 'interaction', type, interaction: 'search-type' }, ...names.map((name): Need => ({ kind: 'search-param', type, name }))];
}
