/** Faults in searches by string and by uri. */
import { foldText } from '../../search/fold-text';
import type { StringValue } from '../../search/match/string';
import type { UriValue } from '../../search/match/uri';
import type { Criterion } from '../../search/types';
import { refusal } from './honesty';
import { askingEach, indexing, isPlain, lookingAgain, unmodified } from './matching';
import { responding } from './rewriting';
import { clause, rule, type FaultRow } from './row';

const isString = (modifier?: string) => (criterion: Criterion) => isPlain(criterion) && criterion.definition.type === 'string' && criterion.modifier === modifier;
const isUri = (modifier?: string) => (criterion: Criterion) => isPlain(criterion) && criterion.definition.type === 'uri' && criterion.modifier === modifier;
const same = (criterion: Criterion) => criterion;
const changedTo = (modifier: string) => (criterion: Criterion): Criterion => ({ ...criterion, modifier });
const asked = (chosen: (criterion: Criterion) => boolean, change: (criterion: Criterion) => Criterion) => askingEach((criterion) => (chosen(criterion) ? change(criterion) : criterion));
/** Some text of the value and some text asked for stand to each other as said. */
const texts = (test: (text: string, wanted: string) => boolean) => (value: unknown, criterion: Criterion) => (value as StringValue).texts.some((text) => criterion.values.some((wanted) => test(text, wanted.text)));
const withoutMarks = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '');

export const TEXT_FAULTS: readonly FaultRow[] = [
  {
    id: 'apostrophe-breaks-search',
    group: 'string',
    does: 'A search with an apostrophe in a value is answered by an internal error, as of a database that is handed it as it came.',
    breaks: clause('status-server-error', 'http.html#Status-Codes'),
    override: responding((response, request) => (/\?.*('|%27)/.test(request.url) ? refusal(500, 'Unterminated string.') : response)),
  },
  { id: 'string-found-inside', group: 'string', does: 'A string is found by what stands inside it.', breaks: rule('string-start'), override: asked(isString(), changedTo('contains')) },
  {
    id: 'string-whole-only',
    group: 'string',
    does: 'A string is found by the whole of it alone, not by its start.',
    breaks: rule('string-start'),
    override: lookingAgain(isString(), same, texts((text, wanted) => foldText(text) === foldText(wanted))),
  },
  {
    id: 'string-case-told-apart',
    group: 'string',
    does: 'Upper and lower case of a string are told apart.',
    breaks: rule('string-start'),
    override: lookingAgain(isString(), same, texts((text, wanted) => withoutMarks(text).startsWith(withoutMarks(wanted)))),
  },
  {
    id: 'string-accents-told-apart',
    group: 'string',
    does: 'A letter with an accent is another letter.',
    breaks: rule('string-start'),
    override: lookingAgain(isString(), same, texts((text, wanted) => text.normalize('NFC').toLowerCase().startsWith(wanted.normalize('NFC').toLowerCase()))),
  },
  { id: 'contains-as-start', group: 'string', does: ':contains finds the start alone.', breaks: rule('string-contains'), override: asked(isString('contains'), unmodified) },
  { id: 'contains-as-exact', group: 'string', does: ':contains finds the whole string alone.', breaks: rule('string-contains'), override: asked(isString('contains'), changedTo('exact')) },
  { id: 'exact-as-start', group: 'string', does: ':exact is passed over: the start is enough.', breaks: rule('string-exact'), override: asked(isString('exact'), unmodified) },
  {
    id: 'exact-ignores-case',
    group: 'string',
    does: ':exact ignores case and accents.',
    breaks: rule('string-exact'),
    override: lookingAgain(isString('exact'), unmodified, texts((text, wanted) => foldText(text) === foldText(wanted))),
  },
  {
    id: 'exact-ignores-accents',
    group: 'string',
    does: ':exact tells upper and lower case apart, letters with and without accents not.',
    breaks: rule('string-exact'),
    override: lookingAgain(isString('exact'), unmodified, texts((text, wanted) => withoutMarks(text) === withoutMarks(wanted))),
  },
  { id: 'names-first-only', group: 'string', does: 'Of several names of a person only the first is searched.', breaks: rule('several-paths'), override: indexing((resource) => (Array.isArray(resource['name']) ? { ...resource, name: resource['name'].slice(0, 1) } : resource)) },
  {
    id: 'given-first-only',
    group: 'string',
    does: 'Of several given names only the first is searched.',
    breaks: rule('several-paths'),
    override: indexing((resource) => (Array.isArray(resource['name']) ? { ...resource, name: (resource['name'] as { given?: string[] }[]).map((name) => (name.given === undefined ? name : { ...name, given: name.given.slice(0, 1) })) } : resource)),
  },
  { id: 'uri-found-by-start', group: 'string', does: 'A uri is found by its start.', breaks: rule('uri'), override: asked(isUri(), changedTo('below')) },
  {
    id: 'uri-case-ignored',
    group: 'string',
    does: 'Upper and lower case of a uri are the same.',
    breaks: rule('uri'),
    override: lookingAgain(isUri(), (criterion) => ({ ...criterion, modifier: 'missing', values: [{ raw: 'false', prefix: 'eq', text: 'false', parts: ['false'] }] }), (value, criterion) => criterion.values.some(({ text }) => text.toLowerCase() === (value as UriValue).uri.toLowerCase())),
  },
  { id: 'uri-below-as-whole', group: 'string', does: ':below on a uri finds the very uri alone.', breaks: rule('uri-partial'), override: asked(isUri('below'), unmodified) },
  { id: 'uri-above-as-below', group: 'string', does: ':above on a uri finds what begins with the value.', breaks: rule('uri-partial'), override: asked(isUri('above'), changedTo('below')) },
];
