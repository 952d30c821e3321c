/** Text and markup in, markup out: a template tag that escapes whatever is not markup already. */
import { escapeHtml } from '../core/escape-html';

/** A piece of HTML that is safe to put into a page. */
export interface Html {
  readonly markup: string;
}

export type HtmlValue = Html | string | number | undefined | false | null | readonly HtmlValue[];

export const NOTHING: Html = { markup: '' };

/** Markup that was made or sanitised elsewhere. */
export function markup(text: string): Html {
  return { markup: text };
}

/**
 * @example html`<p>${'a < b'}</p>`.markup // <p>a &lt; b</p>
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = strings[0] ?? '';
  values.forEach((value, index) => {
    text += textOf(value) + (strings[index + 1] ?? '');
  });
  return { markup: text };
}

/** The pieces with something between each two. */
export function joined(pieces: readonly HtmlValue[], separator: string): Html {
  return { markup: pieces.map(textOf).join(escapeHtml(separator)) };
}

/** True where nothing would be seen. */
export function isEmpty(value: HtmlValue): boolean {
  return textOf(value) === '';
}

function textOf(value: HtmlValue): string {
  if (value === undefined || value === null || value === false) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : value.map(textOf).join('');
}
