/** One parameter that shapes the answer (`_sort`, `_count`, `_include`, ...) in, the settings it makes out. */
import { isId } from '../core/fhir';
import { issue } from './issues';
import type { IncludeDirective, Query, QueryIssue, SearchDefinitions, SortKey } from './types';

/** What these parameters set, gathered over all pairs of a query. */
export type ResultSettings = {
  -readonly [Key in 'count' | 'total' | 'summary' | 'elements']?: Query[Key];
} & { sort: SortKey[]; include: IncludeDirective[]; revinclude: IncludeDirective[]; lists: string[] };

/** `kept`: the value as the engine uses it; undefined where nothing of it is used. */
interface Parsed {
  kept: string | undefined;
  issues: QueryIssue[];
}

type Handler = (input: { definitions: SearchDefinitions; type: string; modifier: string | undefined; name: string; value: string; settings: ResultSettings }) => Parsed;

const TOTALS = ['none', 'estimate', 'accurate'] as const;
const SUMMARIES = ['true', 'text', 'data', 'count', 'false'] as const;

const keep = (value: string): Parsed => ({ kept: value, issues: [] });
const refuse = (code: QueryIssue['code'], parameter: string, message: string): Parsed => ({ kept: undefined, issues: [issue(code, parameter, message)] });

/** https://hl7.org/fhir/R4/search.html#return, `_list`, and the special searches `_query` and `_filter`. */
const HANDLERS: Record<string, Handler> = {
  _sort: parseSort,
  _count({ name, value, settings }) {
    if (!/^\d{1,9}$/.test(value)) return refuse('bad-value', `${name}=${value}`, '_count is a whole number, 0 or more.');
    settings.count = Number(value);
    return keep(value);
  },
  _total: (input) => oneOf(input.name, input.value, TOTALS, (total) => (input.settings.total = total)),
  _summary: (input) => oneOf(input.name, input.value, SUMMARIES, (summary) => (input.settings.summary = summary)),
  _elements({ value, settings }) {
    settings.elements = [...(settings.elements ?? []), ...value.split(',').map((element) => element.trim()).filter((element) => element !== '')];
    return keep(value);
  },
  _include: (input) => parseInclude(input, input.settings.include),
  _revinclude: (input) => parseInclude(input, input.settings.revinclude),
  _contained({ name, value }) {
    if (value === 'false') return keep(value);
    if (value !== 'true' && value !== 'both') return refuse('bad-value', `${name}=${value}`, '_contained is true, false or both.');
    return refuse('unsupported-value', `${name}=${value}`, 'Searching for contained resources is not supported.');
  },
  _containedType({ name, value }) {
    if (value === 'container' || value === 'contained') return keep(value);
    return refuse('bad-value', `${name}=${value}`, '_containedType is container or contained.');
  },
  _list({ name, value, settings }) {
    if (!isId(value)) return refuse('unsupported-value', `${name}=${value}`, 'Only lists by their id are supported.');
    settings.lists.push(value);
    return keep(value);
  },
  _type({ name, value, type }) {
    if (value === type) return keep(value);
    return refuse('unsupported-value', `${name}=${value}`, `This is a search on ${type} alone.`);
  },
  _query: ({ name, value }) => refuse('unknown-query', `${name}=${value}`, `There is no named query "${value}".`),
  _filter: ({ name, value }) => refuse('not-computable', `${name}=${value}`, '_filter is not supported.'),
};

/** The names handled here; all other parameters filter. */
export const RESULT_PARAMETERS: ReadonlySet<string> = new Set(Object.keys(HANDLERS));

/** Parses one pair whose name (before a colon) is in RESULT_PARAMETERS and adds to `settings` what it sets. */
export function parseResultParameter(definitions: SearchDefinitions, type: string, name: string, value: string, settings: ResultSettings): Parsed {
  const colon = name.indexOf(':');
  const base = colon < 0 ? name : name.slice(0, colon);
  const modifier = colon < 0 ? undefined : name.slice(colon + 1);
  const takesModifier = (base === '_include' || base === '_revinclude') && modifier === 'iterate';
  if (modifier !== undefined && !takesModifier) return refuse('unsupported-modifier', `${name}=${value}`, `":${modifier}" is no modifier of ${base}.`);
  const handler = HANDLERS[base] as Handler;
  return handler({ definitions, type, modifier, name, value, settings });
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[], set: (value: T) => void): Parsed {
  const found = allowed.find((row) => row === value);
  if (found === undefined) return refuse('bad-value', `${name}=${value}`, `${name} is one of ${allowed.join(', ')}.`);
  set(found);
  return keep(value);
}

/** `_sort=status,-started`: keys that cannot be used are left out, the others stay. */
function parseSort({ definitions, type, name, value, settings }: Parameters<Handler>[0]): Parsed {
  const kept: string[] = [];
  const issues: QueryIssue[] = [];
  for (const part of value.split(',')) {
    const descending = part.startsWith('-');
    const code = descending ? part.slice(1) : part;
    const definition = definitions.find(type, code);
    if (definition?.expression === undefined || definition.type === 'composite' || definition.type === 'special') {
      issues.push(issue('unknown-parameter', `${name}=${value}`, `"${code}" is nothing that ${type} can be sorted by.`));
    } else {
      settings.sort.push({ definition, descending });
      kept.push(part);
    }
  }
  return { kept: kept.length === 0 ? undefined : kept.join(','), issues };
}

/** `Type:parameter(:targetType)`, with `*` for the parameter; a lone `*` means every type. */
function parseInclude({ definitions, modifier, name, value }: Parameters<Handler>[0], into: IncludeDirective[]): Parsed {
  const [source = '', parameter = '*', targetType, ...more] = value.split(':');
  const iterate = modifier === 'iterate';
  const pair = `${name}=${value}`;
  if (source === '*' && value === '*') {
    into.push({ source: '*', parameter: '*', iterate });
    return keep(value);
  }
  if (more.length > 0 || value.split(':').length < 2) return refuse('bad-value', pair, `${name} is written Type:parameter or Type:parameter:targetType.`);
  if (!definitions.resourceTypes.has(source)) return refuse('unknown-parameter', pair, `"${source}" is no resource type.`);
  if (targetType !== undefined && targetType !== '' && !definitions.resourceTypes.has(targetType)) {
    return refuse('unknown-parameter', pair, `"${targetType}" is no resource type.`);
  }
  if (parameter !== '*' && definitions.find(source, parameter)?.type !== 'reference') {
    return refuse('unknown-parameter', pair, `"${parameter}" is no reference parameter of ${source}.`);
  }
  into.push({ source, parameter, ...(targetType ? { targetType } : {}), iterate });
  return keep(value);
}
