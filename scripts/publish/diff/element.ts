/** Two states of one element definition in, the differences of what they allow out. */
import { canonicalText, compareAllowed, compareOptional, compareOrdered, compareOther } from './compare-values';
import type { ChangeKind, Difference } from './change';
import type { CodeLookup } from './value-set-codes';

/** The parts of an ElementDefinition that say what is allowed: https://hl7.org/fhir/R4/elementdefinition.html */
export interface Element {
  readonly id?: string;
  readonly path: string;
  readonly sliceName?: string;
  readonly min?: number;
  readonly max?: string;
  readonly base?: { readonly min?: number; readonly max?: string };
  readonly type?: readonly { readonly code: string; readonly profile?: readonly string[]; readonly targetProfile?: readonly string[] }[];
  readonly binding?: { readonly strength: string; readonly valueSet?: string };
  readonly mustSupport?: boolean;
  readonly isModifier?: boolean;
  readonly maxLength?: number;
  readonly slicing?: { readonly rules?: string; readonly ordered?: boolean; readonly discriminator?: readonly { readonly type: string; readonly path: string }[] };
  readonly constraint?: readonly { readonly key: string; readonly severity?: string; readonly expression?: string }[];
  readonly [other: string]: unknown;
}

const STRENGTHS = ['none', 'example', 'preferred', 'extensible', 'required'];
const SLICING_RULES = ['open', 'openAtEnd', 'closed'];

/** The codes of value sets in the package before and in the one after. */
export interface Codes {
  readonly before: CodeLookup;
  readonly after: CodeLookup;
}

/** @param at the element's id */
export function compareElements(at: string, before: Element, after: Element, codes: Codes): Difference[] {
  return [
    ...compareOrdered('min', at, before.min ?? 0, after.min ?? 0, 1),
    ...compareOrdered('max', at, maximum(before.max), maximum(after.max), -1, (value) => (value === Infinity ? '*' : String(value))),
    ...compareTypes(at, before.type, after.type),
    ...compareBindings(at, before.binding, after.binding, codes),
    ...compareOptional('fixed', at, valueOf(before, 'fixed'), valueOf(after, 'fixed')),
    ...compareOptional('pattern', at, valueOf(before, 'pattern'), valueOf(after, 'pattern')),
    ...compareOptional('range', `${at} (least)`, valueOf(before, 'minValue'), valueOf(after, 'minValue')),
    ...compareOptional('range', `${at} (greatest)`, valueOf(before, 'maxValue'), valueOf(after, 'maxValue')),
    ...compareOrdered('range', `${at} (length)`, before.maxLength ?? Infinity, after.maxLength ?? Infinity, -1, (value) => (value === Infinity ? 'any' : String(value))),
    ...compareOrdered('mustSupport', at, Number(before.mustSupport === true), Number(after.mustSupport === true), 1, (value) => (value === 1 ? 'yes' : 'no')),
    ...compareOther('modifier', at, yes(before.isModifier), yes(after.isModifier)),
    ...compareSlicing(at, before.slicing, after.slicing),
    ...compareInvariants(at, before.constraint, after.constraint),
  ];
}

function maximum(max: string | undefined): number {
  return max === undefined || max === '*' ? Infinity : Number(max);
}

function yes(flag: boolean | undefined): string {
  return flag === true ? 'yes' : 'no';
}

/** `fixedUri`, `patternCodeableConcept` ...: the value with its type, as text. */
function valueOf(element: Element, prefix: string): string | undefined {
  const name = Object.keys(element).find((key) => key.startsWith(prefix) && /^[A-Z]/.test(key.slice(prefix.length)));
  return name === undefined ? undefined : canonicalText(element[name]);
}

function compareTypes(at: string, before: Element['type'], after: Element['type']): Difference[] {
  const codesOf = (types: Element['type']) => types?.map(({ code }) => code);
  const shared = (before ?? []).flatMap((old) => (after ?? []).filter(({ code }) => code === old.code).map((now) => ({ old, now })));
  return [
    ...compareAllowed('type', at, codesOf(before), codesOf(after)),
    ...shared.flatMap(({ old, now }) => [
      ...compareAllowed('typeProfile', `${at} (${old.code})`, old.profile, now.profile),
      ...compareAllowed('target', `${at} (${old.code})`, old.targetProfile, now.targetProfile),
    ]),
  ];
}

function compareBindings(at: string, before: Element['binding'], after: Element['binding'], codes: Codes): Difference[] {
  const rank = (binding: Element['binding']) => (binding === undefined ? 0 : Math.max(0, STRENGTHS.indexOf(binding.strength)));
  const strength = compareOrdered('strength', at, rank(before), rank(after), 1, (value) => STRENGTHS[value] ?? '');
  const [old, now] = [before?.valueSet, after?.valueSet];
  // Without a binding on one side the strength says it all.
  if (before === undefined || after === undefined || old === now) return strength;
  return [...strength, { kind: valueSetDirection(old, now, codes), aspect: 'valueSet', at, ...(old !== undefined && { before: old }), ...(now !== undefined && { after: now }) }];
}

/** Another value set is a tighter or looser one where both are known and one holds the other. */
function valueSetDirection(before: string | undefined, after: string | undefined, codes: Codes): ChangeKind {
  if (before === undefined || after === undefined) return before === undefined ? 'tightened' : 'loosened';
  const [old, now] = [codes.before(before), codes.after(after)];
  if (old === undefined || now === undefined || !old.enumerated || !now.enumerated) return 'changed';
  const [lost, gained] = [[...old.included].some((code) => !now.included.has(code)), [...now.included].some((code) => !old.included.has(code))];
  return lost === gained ? 'changed' : lost ? 'tightened' : 'loosened';
}

function compareSlicing(at: string, before: Element['slicing'], after: Element['slicing']): Difference[] {
  const text = (slicing: Element['slicing']) => slicing && (slicing.discriminator ?? []).map(({ type, path }) => `${type}:${path}`).join(', ') + (slicing.ordered === true ? ' (ordered)' : '');
  // Open slicing as such neither allows nor forbids anything: the slices do.
  if (before === undefined || after === undefined) {
    const [closed] = [before, after].filter((slicing) => slicing !== undefined && slicing.rules !== 'open');
    if (before === after) return [];
    if (closed !== undefined) return [{ kind: before === undefined ? 'tightened' : 'loosened', aspect: 'slicingRules', at, ...(before === undefined ? { after: closed.rules ?? '' } : { before: closed.rules ?? '' }) }];
    return [{ kind: before === undefined ? 'added' : 'removed', aspect: 'slicing', at, ...(before === undefined ? { after: text(after) ?? '' } : { before: text(before) ?? '' }) }];
  }
  const rank = (slicing: NonNullable<Element['slicing']>) => Math.max(0, SLICING_RULES.indexOf(slicing.rules ?? 'open'));
  return [...compareOrdered('slicingRules', at, rank(before), rank(after), 1, (value) => SLICING_RULES[value] ?? ''), ...compareOther('slicing', at, text(before), text(after))];
}

type Constraint = NonNullable<Element['constraint']>[number];

function compareInvariants(at: string, before: Element['constraint'] = [], after: Element['constraint'] = []): Difference[] {
  const byKey = (list: readonly Constraint[]) => new Map(list.map((one) => [one.key, one]));
  const [old, now] = [byKey(before), byKey(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key): Difference[] => {
    const place = `${at} ${key}`;
    const [was, is] = [old.get(key), now.get(key)];
    const one = was ?? is;
    if (was === undefined || is === undefined) {
      const error = one?.severity !== 'warning';
      const kind = was === undefined ? (error ? 'tightened' : 'added') : error ? 'loosened' : 'removed';
      return [{ kind, aspect: error ? 'invariant' : 'warning', at: place, ...(was === undefined ? { after: is?.expression ?? '' } : { before: was.expression ?? '' }) }];
    }
    const severity = (constraint: Constraint) => (constraint.severity === 'warning' ? 0 : 1);
    return [
      ...compareOrdered('invariant', place, severity(was), severity(is), 1, (value) => ['warning', 'error'][value] ?? ''),
      ...compareOther(severity(was) + severity(is) === 0 ? 'warning' : 'invariant', place, was.expression, is.expression),
    ];
  });
}
