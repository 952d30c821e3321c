/** Faults in what hangs together: preconditions, conditional reads and other conditional interactions, batches, transactions. */
import type { Bundle, Resource } from '../../core/fhir';
import type { Override } from '../behaviour';
import type { ConditionalInteraction } from '../conditional';
import type { ServerRequest } from '../request';
import { refusal } from './honesty';
import { bodyOf } from './rest';
import { clause, type FaultRow } from './row';
import { hearing, onBundle, responding, withoutHeaders } from './rewriting';

const contention = clause('update-contention', 'http.html#concurrency');
const conditionalRead = clause('conditional-read', 'http.html#cread');
const transaction = clause('transaction', 'http.html#trules');

export const CONDITIONAL_FAULTS: readonly FaultRow[] = [
  { id: 'if-none-match-ignored', group: 'rest', does: 'If-None-Match is passed over in reads, though conditional read is declared.', breaks: conditionalRead, override: hearing((request) => (request.method === 'GET' ? withoutHeaders(request, 'if-none-match') : request)) },
  { id: 'if-modified-since-ignored', group: 'rest', does: 'If-Modified-Since is passed over, though conditional read is declared.', breaks: conditionalRead, override: hearing((request) => withoutHeaders(request, 'if-modified-since')) },
  {
    id: 'not-modified-always',
    group: 'rest',
    does: 'A read with If-None-Match is answered by 304, whatever version it names.',
    breaks: conditionalRead,
    override: responding((response, request) => (request.method === 'GET' && request.headers['if-none-match'] !== undefined && response.status === 200 ? { ...response, status: 304, body: '' } : response)),
  },
  {
    id: 'not-modified-by-past-versions',
    group: 'rest',
    does: 'A read with If-None-Match is answered by 304 also where that names a version that there was before.',
    breaks: conditionalRead,
    override: responding((response, request) => {
      const [asked, current] = [request.headers['if-none-match'], response.headers.etag].map((tag) => Number(/^W\/"(\d+)"$/.exec(tag ?? '')?.[1]));
      return request.method === 'GET' && response.status === 200 && Number(asked) < Number(current) ? { ...response, status: 304, body: '' } : response;
    }),
  },
  {
    id: 'stale-if-match-accepted',
    group: 'rest',
    does: 'If-Match is passed over.',
    breaks: contention,
    override: hearing((request) => withoutHeaders(request, 'if-match')),
  },
  {
    id: 'stale-if-match-delete-accepted',
    group: 'rest',
    does: 'If-Match is passed over in deletions.',
    breaks: { key: 'delete-contention', url: 'https://www.rfc-editor.org/rfc/rfc9110#name-if-match' },
    override: hearing((request) => (request.method === 'DELETE' ? withoutHeaders(request, 'if-match') : request)),
  },
  {
    id: 'stale-if-match-is-500',
    group: 'rest',
    does: 'A stale If-Match is answered by an internal error.',
    breaks: clause('status-server-error', 'http.html#Status-Codes'),
    override: responding((response) => (response.status === 412 ? refusal(500, 'Internal error.') : response)),
  },
  {
    id: 'if-none-exist-ignored',
    group: 'rest',
    does: 'A conditional create makes a duplicate.',
    breaks: clause('conditional-create', 'http.html#ccreate'),
    override: hearing((request) => withoutHeaders(request, 'if-none-exist')),
  },
  {
    id: 'if-none-exist-takes-first',
    group: 'rest',
    does: 'A conditional create with several matches answers with the first.',
    breaks: clause('conditional-create', 'http.html#ccreate'),
    override: choosing('create', (matches) => matches.slice(0, 1)),
  },
  {
    id: 'conditional-update-creates',
    group: 'rest',
    does: 'A conditional update always creates.',
    breaks: clause('conditional-update', 'http.html#cond-update'),
    override: choosing('update', () => []),
  },
  {
    id: 'conditional-update-takes-first',
    group: 'rest',
    does: 'A conditional update with several matches changes the first.',
    breaks: clause('conditional-update', 'http.html#cond-update'),
    override: choosing('update', (matches) => matches.slice(0, 1)),
  },
  {
    id: 'conditional-update-of-other-id',
    group: 'rest',
    does: 'A conditional update passes over the id in the body, also where it is another than that of the match.',
    breaks: clause('conditional-update', 'http.html#cond-update'),
    override: hearing((request) => (request.method === 'PUT' && request.url.includes('?') ? { ...request, body: JSON.stringify({ ...bodyOf(request), id: undefined }) } : request)),
  },
  {
    id: 'conditional-delete-takes-first',
    group: 'rest',
    does: 'A conditional delete, declared as single, deletes the first of several matches.',
    breaks: clause('conditional-delete', 'http.html#cdelete'),
    override: choosing('delete', (matches) => matches.slice(0, 1)),
  },
  {
    id: 'transaction-not-atomic',
    group: 'rest',
    does: 'A transaction that fails in one entry keeps the others.',
    breaks: transaction,
    override: processedAs('transaction', 'batch'),
  },
  {
    id: 'batch-all-or-nothing',
    group: 'rest',
    does: 'A batch fails as a whole when one entry fails.',
    breaks: clause('batch', 'http.html#brules'),
    override: processedAs('batch', 'transaction'),
  },
  {
    id: 'transaction-response-reordered',
    group: 'rest',
    does: 'The entries of a transaction\'s answer are in another order than those of the request.',
    breaks: clause('transaction-response', 'http.html#transaction-response'),
    override: responding((response) => onBundle(response, (bundle) => (bundle.type === 'transaction-response' ? { ...bundle, entry: bundle.entry?.toReversed() } : undefined))),
  },
  {
    id: 'batch-response-reordered',
    group: 'rest',
    does: 'The entries of a batch\'s answer are in another order than those of the request.',
    breaks: clause('batch', 'http.html#brules'),
    override: responding((response) => onBundle(response, (bundle) => (bundle.type === 'batch-response' ? { ...bundle, entry: bundle.entry?.toReversed() } : undefined))),
  },
];

/** Other matches are taken notice of by one kind of conditional interaction. */
function choosing(chosen: ConditionalInteraction, choose: (matches: readonly Resource[]) => readonly Resource[]): Override {
  return (reference) => ({
    candidates(interaction, matches) {
      const noticed = reference.candidates(interaction, matches);
      return interaction === chosen ? choose(noticed) : noticed;
    },
  });
}

/** A batch is processed as a transaction, or the other way round; the answer keeps the name that was asked for. */
function processedAs(asked: 'batch' | 'transaction', done: 'batch' | 'transaction'): Override {
  return (reference) => ({
    request(request) {
      const before = reference.request(request);
      return typeOf(before) === asked ? { ...before, body: JSON.stringify({ ...bodyOf(before), type: done }) } : before;
    },
    response(response, request) {
      const answer = reference.response(response, request);
      return typeOf(request) === asked ? onBundle(answer, (bundle) => ({ ...bundle, type: `${asked}-response` })) : answer;
    },
  });
}

/** The type of a Bundle that is posted to the base. */
function typeOf(request: ServerRequest): string | undefined {
  const body = request.method === 'POST' && !/\/[A-Z]/.test(request.url) ? bodyOf(request) : undefined;
  return body?.resourceType === 'Bundle' ? (body as Bundle).type : undefined;
}
