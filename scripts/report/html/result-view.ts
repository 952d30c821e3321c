/** A result in, what a page shows of it out. */
import type { Requirement, Result, Verdict } from '../../core/result';
import { VERDICTS } from '../../core/result';
import { decisiveCurl } from '../json';
import { visibleLine, visibleText } from '../visible-text';
import { comparisonView, type ComparisonView } from './comparison-view';
import { exchangeView, textView, type ExchangeView, type TextView } from './exchange-view';
import type { Limits } from './limits';

export interface ResultView {
  /** Unique on the page and stable between runs: one can link to it. */
  readonly anchor: string;
  readonly id: string;
  readonly verdict: Verdict;
  readonly label: string;
  readonly title: string;
  readonly message: string;
  readonly expectation: string;
  readonly requirement: RequirementView;
  readonly open: boolean;
  readonly comparison?: ComparisonView;
  readonly witness?: { readonly reference: string; /** Absent where the message says it already. */ readonly why?: string; readonly excerpt?: TextView };
  readonly pictures?: readonly { readonly caption: string; readonly source: string }[];
  readonly curl?: string;
  readonly exchanges: readonly ExchangeView[];
  /** e.g. `5 requests`. */
  readonly exchangesTitle: string;
}

interface RequirementView {
  readonly id: string;
  readonly text: string;
  /** The address without its scheme. */
  readonly place: string;
  /** Only where it is safe to follow. */
  readonly href?: string;
}

export function resultView(result: Result, base: string, limits: Limits, open = false): ResultView {
  const { witness, exchanges } = result;
  const excerpt = witness === undefined || witness.excerpt === undefined ? undefined : JSON.stringify(witness.excerpt);
  const curl = decisiveCurl(result);
  return {
    anchor: anchor(result.id),
    id: visibleLine(result.id),
    verdict: result.verdict,
    label: VERDICTS[result.verdict].label.toLowerCase(),
    title: visibleLine(result.title),
    message: visibleLine(result.message),
    expectation: result.expectation,
    requirement: requirementView(result.requirement),
    open,
    comparison: comparisonView(result.expected, result.actual, limits.listElements),
    witness: witness && {
      reference: visibleLine(witness.reference),
      why: result.message.includes(witness.why) ? undefined : visibleLine(witness.why),
      excerpt: excerpt === undefined ? undefined : textView(excerpt, limits.bodyCharacters),
    },
    pictures: result.pictures?.filter(({ source }) => PICTURE.test(source)).map(({ caption, source }) => ({ caption: visibleLine(caption), source })),
    curl: curl === undefined ? undefined : visibleText(curl),
    exchanges: exchanges.map((exchange) => exchangeView(exchange, base, limits.bodyCharacters)),
    exchangesTitle: exchanges.length === 1 ? '1 request' : `${exchanges.length} requests`,
  };
}

/** Nothing else may stand in an image's address. */
const PICTURE = /^data:image\/(jpeg|jpg|png|gif);base64,[A-Za-z0-9+/]+={0,2}$/;

/** Characters that would need escaping in an address's fragment become their code. */
export function anchor(id: string): string {
  return `r-${id.replace(/[^A-Za-z0-9._-]/g, (character) => `~${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}`;
}

/** The address if a click on it can only open a page: http or https. */
export function safeHref(url: string): string | undefined {
  return URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol) ? new URL(url).href : undefined;
}

function requirementView({ id, text, url }: Requirement): RequirementView {
  return { id: visibleLine(id), text: visibleLine(text), place: visibleLine(url.replace(/^https?:\/\/(www\.)?/, '')), href: safeHref(url) };
}
