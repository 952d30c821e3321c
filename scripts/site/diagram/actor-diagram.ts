/** A capability statement in, a diagram of client and server with what passes between them out. */
import { escapeHtml } from '../../core/escape-html';
import type { CapabilityStatement } from '../pages/capability';

const LINE = 34;
const MOST = 24;

interface Exchange {
  readonly label: string;
  readonly detail: string;
}

export function actorDiagram(statement: CapabilityStatement, title: string): string | undefined {
  const rest = statement.rest?.[0];
  if (rest === undefined) return undefined;
  const exchanges: Exchange[] = [
    ...(rest.resource ?? []).map(({ type, interaction, searchParam, operation }) => ({
      label: type,
      detail: [...(interaction ?? []).map(({ code }) => code.replace(/-(type|instance)$/, '')), ...((searchParam?.length ?? 0) > 0 ? [`${searchParam!.length} parameters`] : []), ...(operation ?? []).map(({ name }) => `$${name}`)].filter((word, at, all) => all.indexOf(word) === at).join(', '),
    })),
    ...((rest.interaction ?? []).length + (rest.operation ?? []).length > 0 ? [{ label: 'system', detail: [...(rest.interaction ?? []).map(({ code }) => code), ...(rest.operation ?? []).map(({ name }) => `$${name}`)].join(', ') }] : []),
  ];
  if (exchanges.length === 0) return undefined;
  const shown = exchanges.slice(0, MOST);
  const [client, server] = rest.mode === 'client' ? [title, 'Any server'] : ['Any client', title];
  const widthOf = (text: string) => Math.max(110, text.length * 7.6 + 24);
  const left = widthOf(client);
  const right = widthOf(server);
  const middle = Math.max(320, ...shown.map(({ label, detail }) => (label.length + detail.length) * 6.6 + 60));
  const height = 48 + shown.length * LINE + 10;
  const start = left / 2;
  const far = left / 2 + middle + right / 2;
  const actor = (text: string, centre: number, width: number, own: boolean) => `<g class="box${own ? ' own' : ''}"><rect class="head solid" x="${centre - width / 2}" y="0" width="${width}" height="30" rx="6"/><text class="title" text-anchor="middle" x="${centre}" y="20">${escapeHtml(text)}</text><path class="life" d="M${centre} 30V${height}"/></g>`;
  const arrows = shown.map(({ label, detail }, at) => {
    const y = 62 + at * LINE;
    return `<path class="edge" d="M${start} ${y}H${far - 7}"/><path class="arrow" d="M${far} ${y}l-8 -4v8z"/><text x="${start + 12}" y="${y - 6}"><tspan class="title">${escapeHtml(label)}</tspan> <tspan class="note">${escapeHtml(detail)}</tspan></text>`;
  });
  const more = exchanges.length > shown.length ? `<text class="note" x="${start + 12}" y="${height}">and ${exchanges.length - shown.length} more</text>` : '';
  return `<svg class="boxes" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeHtml(`${client} asks ${server} about: ${exchanges.map((exchange) => exchange.label).join(', ')}`)}" viewBox="-2 -2 ${far + right / 2 + 4} ${height + 8}" width="${far + right / 2 + 4}" height="${height + 8}">${actor(client, start, left, rest.mode === 'client')}${actor(server, far, right, rest.mode !== 'client')}${arrows.join('')}${more}</svg>`;
}
