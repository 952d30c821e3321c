/** A structure in, a diagram of its key elements out: what is inside what, and which profiles its references lead to. */
import { elementAnchor } from '../file-names';
import { targetOf } from '../links';
import type { SiteReader } from '../reader';
import type { StructureDefinition } from '../structure';
import { elementRows, type ElementRow } from '../element/rows';
import { typeCode } from '../element/table';
import { boxDiagram, type Box, type BoxRow } from './box-layout';

/** Elements that every resource has say nothing in a picture. */
const EVERYWHERE = /(^|\.)(id|meta|implicitRules|language|text|contained|extension|modifierExtension)$/;
const LARGEST = 90;

/** Undefined where there is nothing to draw, or too much. */
export function structureDiagram(reader: SiteReader, structure: StructureDefinition): string | undefined {
  const rows = elementRows(structure).filter(({ inKey, element, id, depth }) => depth === 0 || (inKey && element.max !== '0' && !EVERYWHERE.test(id)));
  const root = rows[0];
  if (root === undefined || rows.length < 3 || rows.length > LARGEST) return undefined;
  const below = new Map<string, ElementRow[]>();
  for (const row of rows.slice(1)) below.set(row.parent ?? '', [...(below.get(row.parent ?? '') ?? []), row]);
  const drawnTargets = new Set<string>();
  const boxOf = (row: ElementRow, title: string): Box => ({
    title, own: true, href: `#row-${elementAnchor(row.id)}`,
    rows: (below.get(row.id) ?? []).map((child): BoxRow => {
      const inner = (below.get(child.id) ?? []).length > 0 ? [boxOf(child, child.name)] : [];
      const { min, max } = child.element;
      return { text: child.name, note: `${typeWords(child)} ${min ?? ''}..${max ?? ''}`, own: child.own !== undefined, href: `#row-${elementAnchor(child.id)}`, children: [...inner, ...targets(reader, child, drawnTargets)] };
    }),
  });
  const title = structure.title ?? structure.name ?? structure.id ?? '';
  return boxDiagram(boxOf(root, title), `Diagram of ${title}: ${rows.length - 1} key elements. The element table says the same in words.`);
}

function typeWords({ element }: ElementRow): string {
  const codes = [...new Set((element.type ?? []).map((type) => typeCode(type).split('/').at(-1)!))];
  return codes.length > 2 ? `${codes.length} types` : codes.join(' | ');
}

/** Profiles of this site, and what the structure itself narrows a reference to; each drawn once. */
function targets(reader: SiteReader, { element, own }: ElementRow, drawn: Set<string>): Box[] {
  return (element.type ?? []).flatMap(({ targetProfile, profile }) => [...(targetProfile ?? []), ...(profile ?? [])]).flatMap((canonical) => {
    const target = targetOf(reader, canonical);
    if (target === undefined || drawn.has(canonical) || (target.outside && own?.type === undefined)) return [];
    drawn.add(canonical);
    return [{ title: target.title, href: target.href, rows: [] }];
  });
}
