/** A tree of boxes with rows in, an SVG out: each level a column, each line from a row to the box that it leads to. Widths are estimated, for nothing is drawn while building. */
import { escapeHtml } from '../../core/escape-html';

export interface BoxRow {
  readonly text: string;
  /** At the right end of the row. */
  readonly note?: string;
  readonly href?: string;
  /** The structure's own word rather than its parent's. */
  readonly own?: boolean;
  readonly children?: readonly Box[];
}

export interface Box {
  readonly title: string;
  readonly href?: string;
  readonly own?: boolean;
  readonly rows: readonly BoxRow[];
}

interface Placed {
  readonly box: Box;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Line {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

const ROW = 20;
const HEAD = 26;
const GAP_X = 56;
const GAP_Y = 16;
const PADDING = 10;

/** Mean width of a character of 12 px sans serif. */
const textWidth = (text: string): number => text.length * 6.5;

function size(box: Box): { width: number; height: number } {
  const widest = Math.max(textWidth(box.title) * 1.08, ...box.rows.map(({ text, note }) => textWidth(text) * 1.08 + (note === undefined ? 0 : textWidth(note) + 22)));
  return { width: Math.ceil(Math.max(90, widest + 2 * PADDING)), height: HEAD + box.rows.length * ROW + (box.rows.length > 0 ? 6 : 0) };
}

/** @param title read out by screen readers before the links in the picture */
export function boxDiagram(root: Box, title: string): string {
  const columns: number[] = [];
  const measure = (box: Box, level: number) => {
    columns[level] = Math.max(columns[level] ?? 0, size(box).width);
    for (const row of box.rows) for (const child of row.children ?? []) measure(child, level + 1);
  };
  measure(root, 0);
  const lefts = columns.reduce<number[]>((all, width, at) => [...all, (all[at] ?? 0) + width + GAP_X], [0]);
  const bottoms: number[] = columns.map(() => 0);
  const placed: Placed[] = [];
  const lines: Line[] = [];
  const place = (box: Box, level: number, wanted: number) => {
    const { width, height } = { width: columns[level]!, height: size(box).height };
    const y = Math.max(wanted, bottoms[level]!);
    bottoms[level] = y + height + GAP_Y;
    const x = lefts[level]!;
    placed.push({ box, x, y, width, height });
    box.rows.forEach((row, index) => {
      const middle = y + HEAD + index * ROW + ROW / 2 + 2;
      for (const child of row.children ?? []) {
        const top = place(child, level + 1, middle - HEAD / 2);
        lines.push({ from: [x + width, middle], to: [lefts[level + 1]!, top + HEAD / 2] });
      }
    });
    return y;
  };
  place(root, 0, 0);
  const right = Math.max(...placed.map(({ x, width }) => x + width)) + 2;
  const bottom = Math.max(...placed.map(({ y, height }) => y + height)) + 2;
  return `<svg class="boxes" xmlns="http://www.w3.org/2000/svg" role="group" aria-label="${escapeHtml(title)}" viewBox="-2 -2 ${right + 2} ${bottom + 2}" width="${right + 2}" height="${bottom + 2}">${lines.map(curve).join('')}${placed.map(drawn).join('')}</svg>`;
}

function curve({ from: [x1, y1], to: [x2, y2] }: Line): string {
  const bend = (x2 - x1) / 2;
  return `<path class="edge" d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/><circle class="end" cx="${x2}" cy="${y2}" r="3"/>`;
}

function drawn({ box, x, y, width, height }: Placed): string {
  const link = (href: string | undefined, text: string) => (href === undefined ? text : `<a href="${escapeHtml(href)}">${text}</a>`);
  const rows = box.rows.map((row, index) => {
    const base = y + HEAD + index * ROW + 16;
    return `<text class="${row.own === true ? 'own' : 'taken'}" x="${x + PADDING}" y="${base}">${link(row.href, escapeHtml(row.text))}</text>${row.note === undefined ? '' : `<text class="note" text-anchor="end" x="${x + width - PADDING}" y="${base}">${escapeHtml(row.note)}</text>`}`;
  });
  return `<g class="box${box.own === true ? ' own' : ''}"><rect class="body" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/><path class="head" d="M${x} ${y + HEAD}v${6 - HEAD}a6 6 0 0 1 6-6h${width - 12}a6 6 0 0 1 6 6v${HEAD - 6}z"/>${link(box.href, `<text class="title" x="${x + PADDING}" y="${y + 18}">${escapeHtml(box.title)}</text>`)}${rows.join('')}</g>`;
}
