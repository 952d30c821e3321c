/** A result that is not as it should be in, what its decisive answer is instead of any answer to what was asked out: where that is alike, it is the cause of them all. */
import type { Result } from '../core/result';
import { bodyOf, issuesOf, succeeded } from './answer';
import { redirectTarget } from './http/client';

/**
 * In a few words, alike for all results whose answers have the same trouble; undefined where the answer is one.
 * A report's exchanges may be cut: of such a body nothing is said.
 */
export function answerTrouble({ exchanges: [decisive] }: Pick<Result, 'exchanges'>): string | undefined {
  if (decisive?.response === undefined || decisive.response.truncatedAt !== undefined) return undefined;
  // Within the host redirects are followed, up to a limit.
  if (redirectTarget(decisive) !== undefined) return 'Requests are redirected in a circle';
  if (!succeeded(decisive)) return undefined;
  if (issuesOf(decisive).some(({ severity }) => severity === 'error' || severity === 'fatal')) return 'Errors are answered with a status of success (2xx): the OperationOutcome says that it went wrong, the status that it went well';
  const { method, url, headers } = decisive.request;
  const wantsJson = Object.entries(headers).some(([name, value]) => name.toLowerCase() === 'accept' && value === 'application/fhir+json') && !/[?&]_format=/.test(url);
  const asks = method === 'GET' || (method === 'POST' && /\/_search(?:\?|$)/.test(url));
  if (!asks || !wantsJson) return undefined;
  const { problem, json } = bodyOf(decisive);
  // Where in the body it is wrong differs from answer to answer.
  if (problem !== undefined) return `Answers with a status of success hold no FHIR: ${problem.replace(/ \(.*\)$/s, '')}`;
  return typeof json === 'object' && json !== null && 'resourceType' in json ? undefined : 'Answers with a status of success hold no FHIR: they have no resourceType';
}
