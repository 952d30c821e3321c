/** A value of any FHIR data type in, one line that a person reads out: https://hl7.org/fhir/R4/datatypes.html */
import { isObject } from '../core/json';
import { html, joined, type Html } from './html';
import { canonicalLink, referenceLink } from './links';
import type { SiteReader } from './reader';

type Value = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined);
const only = (value: Value, ...names: string[]): boolean => Object.keys(value).every((name) => names.includes(name) || name === 'id' || name === 'extension' || name.startsWith('_'));

/** The last part of a code system's address is what people call it by. */
function systemName(reader: SiteReader, system: string): Html {
  return canonicalLink(reader, system, reader.byCanonical(system)?.title ?? reader.external(system)?.title ?? system.replace(/^https?:\/\//, ''));
}

export function codingLine(reader: SiteReader, { system, code, display }: Value): Html {
  const name = text(display);
  const from = text(system);
  return html`${name}${name !== undefined && code !== undefined ? ' ' : ''}${code === undefined ? '' : html`<code>${text(code)}</code>`}${from === undefined ? '' : html` <small class="system">${systemName(reader, from)}</small>`}`;
}

/** A table of shapes: the first whose elements are all that the value has. */
const SHAPES: readonly { fits: (value: Value) => boolean; line: (reader: SiteReader, value: Value) => Html }[] = [
  { fits: (value) => typeof value.reference === 'string' && only(value, 'reference', 'type', 'identifier', 'display'), line: (reader, value) => referenceLink(reader, value.reference as string, text(value.display)) },
  { fits: (value) => ('coding' in value || 'text' in value) && only(value, 'coding', 'text') && (value.coding === undefined || Array.isArray(value.coding)), line: conceptLine },
  { fits: (value) => ('code' in value || 'system' in value) && !('value' in value) && only(value, 'system', 'version', 'code', 'display', 'userSelected'), line: codingLine },
  { fits: (value) => 'value' in value && only(value, 'value', 'comparator', 'unit', 'system', 'code') && typeof value.value === 'number', line: quantityLine },
  { fits: (value) => ('start' in value || 'end' in value) && only(value, 'start', 'end'), line: (_, value) => html`${text(value.start) ?? 'unknown'} – ${text(value.end) ?? 'open'}` },
  { fits: (value) => ('low' in value || 'high' in value) && only(value, 'low', 'high'), line: (reader, { low, high }) => html`${low === undefined ? '' : valueLine(reader, low)} – ${high === undefined ? '' : valueLine(reader, high)}` },
  { fits: (value) => 'numerator' in value && only(value, 'numerator', 'denominator'), line: (reader, { numerator, denominator }) => html`${valueLine(reader, numerator)} / ${valueLine(reader, denominator)}` },
  { fits: (value) => ('family' in value || 'given' in value) && only(value, 'use', 'text', 'family', 'given', 'prefix', 'suffix', 'period'), line: (_, value) => html`${text(value.text) ?? [value.prefix, value.given, value.family, value.suffix].flat().filter((part) => typeof part === 'string').join(' ')}${noted(value.use)}` },
  { fits: (value) => ('value' in value || 'system' in value) && typeof value.system === 'string' && /^(phone|fax|email|pager|url|sms|other)$/.test(value.system) && only(value, 'system', 'value', 'use', 'rank', 'period'), line: telecomLine },
  { fits: (value) => 'value' in value && only(value, 'use', 'type', 'system', 'value', 'period', 'assigner'), line: identifierLine },
  { fits: (value) => ('line' in value || 'city' in value || 'country' in value) && only(value, 'use', 'type', 'text', 'line', 'city', 'district', 'state', 'postalCode', 'country', 'period'), line: (_, value) => html`${text(value.text) ?? [value.line, [value.postalCode, value.city].filter((part) => typeof part === 'string').join(' '), value.district, value.state, value.country].flat().filter((part) => typeof part === 'string' && part !== '').join(', ')}${noted(value.use)}` },
  { fits: (value) => 'contentType' in value && !('data' in value && String(value.data).length > 200) && only(value, 'contentType', 'language', 'data', 'url', 'size', 'hash', 'title', 'creation'), line: (_, value) => html`${text(value.title) ?? text(value.url) ?? 'attachment'} <small>${text(value.contentType)}</small>` },
  { fits: (value) => 'text' in value && only(value, 'authorReference', 'authorString', 'time', 'text'), line: (_, value) => html`${text(value.text)}` },
];

function conceptLine(reader: SiteReader, value: Value): Html {
  const codings = (value.coding as unknown[] | undefined ?? []).filter(isObject);
  const name = text(value.text);
  const lines = codings.map((coding) => codingLine(reader, coding));
  if (lines.length === 0) return html`${name}`;
  const repeats = name === undefined || codings.some(({ display }) => display === name);
  return repeats ? joined(lines, '; ') : html`${name} <small>(</small>${joined(lines, '; ')}<small>)</small>`;
}

function quantityLine(_: SiteReader, { value, comparator, unit, code }: Value): Html {
  return html`${text(comparator)}${text(value)} ${text(unit) ?? text(code)}`;
}

function identifierLine(reader: SiteReader, { value, system, type, use }: Value): Html {
  const label = isObject(type) ? html`${conceptLine(reader, type)}: ` : '';
  return html`${label}<code>${text(value)}</code>${noted(use)}${text(system) === undefined ? '' : html` <small class="system">${systemName(reader, String(system))}</small>`}`;
}

function telecomLine(_: SiteReader, { system, value, use }: Value): Html {
  const address = text(value) ?? '';
  const href = system === 'email' ? `mailto:${address}` : system === 'url' && /^https?:/.test(address) ? address : undefined;
  return html`${href === undefined ? address : html`<a href="${href}">${address}</a>`}<small> (${[system, use].filter((part) => typeof part === 'string').join(', ')})</small>`;
}

function noted(use: unknown): Html {
  return typeof use === 'string' ? html` <small>(${use})</small>` : html``;
}

/** True for what fits on one line. */
export function isLine(value: unknown): boolean {
  return !Array.isArray(value) && (!isObject(value) || SHAPES.some(({ fits }) => fits(value)) && !Object.keys(value).some((name) => name === 'extension'));
}

/** One line for any value; what has no short form is written as JSON. */
export function valueLine(reader: SiteReader, value: unknown): Html {
  if (isObject(value)) {
    const shape = SHAPES.find(({ fits }) => fits(value));
    return shape === undefined ? html`<code>${JSON.stringify(value)}</code>` : shape.line(reader, value);
  }
  if (Array.isArray(value)) return joined(value.map((item) => valueLine(reader, item)), ', ');
  const plain = text(value) ?? '';
  if (typeof value !== 'string') return html`${plain}`;
  if (/^(https?:|urn:)/.test(plain)) return canonicalLink(reader, plain);
  return reader.headline(plain) === undefined || !plain.includes('/') ? html`${plain}` : referenceLink(reader, plain);
}
