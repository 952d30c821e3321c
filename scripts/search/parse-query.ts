/** The decoded `name=value` pairs of a search in, a Query with its issues out; whatever a user sends, nothing is thrown. */
import { parseCriterion } from './parse-criterion';
import { issue } from './issues';
import { parseResultParameter, RESULT_PARAMETERS, type ResultSettings } from './parse-result-parameter';
import type { Criterion, Query, QueryIssue, SearchDefinitions } from './types';

/** Parameters of every interaction, which are not the search's own: https://hl7.org/fhir/R4/http.html#parameters */
const HTTP_PARAMETERS = new Set(['_format', '_pretty']);

export interface ParseOptions {
  /** Base URL of the server, no trailing slash. Values are compared with it when they are matched; nothing in R4's syntax depends on it. */
  base: string;
}

/**
 * Parses a search on `type`. Every pair ends in `used` or in `unused` (`_format` and `_pretty` in neither), and each
 * unused one has an issue that says why and what a server may do about it.
 */
export function parseQuery(definitions: SearchDefinitions, type: string, pairs: readonly (readonly [string, string])[], _options: ParseOptions): Query {
  const criteria: Criterion[] = [];
  const issues: QueryIssue[] = [];
  const used: (readonly [string, string])[] = [];
  const unused: (readonly [string, string])[] = [];
  const settings: ResultSettings = { sort: [], include: [], revinclude: [], lists: [] };
  for (const pair of pairs) {
    const [name, value] = pair;
    if (HTTP_PARAMETERS.has(name)) continue;
    if (value === '') {
      issues.push(issue('empty-value', `${name}=`, `"${name}" has no value and is ignored.`));
      unused.push(pair);
    } else if (RESULT_PARAMETERS.has(name.split(':', 1)[0] as string)) {
      const { kept, issues: found } = parseResultParameter(definitions, type, name, value, settings);
      issues.push(...found);
      if (kept === undefined) unused.push(pair);
      else used.push([name, kept]);
    } else {
      const parsed = parseCriterion(definitions, type, name, value);
      if ('criterion' in parsed) {
        criteria.push(parsed.criterion);
        issues.push(...parsed.remarks);
        used.push(pair);
      } else {
        issues.push(parsed.issue);
        unused.push(pair);
      }
    }
  }
  if (settings.summary === 'text' && settings.include.length + settings.revinclude.length > 0) {
    issues.push(issue('unsupported-value', '_summary=text', '_include and _revinclude cannot be mixed with _summary=text.'));
  }
  return { type, criteria, ...settings, used, unused, issues };
}
